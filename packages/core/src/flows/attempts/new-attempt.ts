import { type AttemptRow, placeIn } from '../../payments/index.ts'

/** The columns that every new attempt starts with. It counts as sent from its intent on (FAILURES 1, F2). */
export const newAttempt = (
  now: number,
  leaseMs: number,
  row: Pick<
    AttemptRow,
    'merchant' | 'payment' | 'id' | 'kind' | 'gateway' | 'account' | 'amount' | 'currency' | 'request'
  > &
    Partial<AttemptRow>,
): AttemptRow => ({
  origin: 'florin',
  parent: null,
  final: true,
  paymentMethod: null,
  routing: null,
  origination: null,
  createdAt: now,
  state: 'sent',
  gatewayId: null,
  awaits: null,
  action: null,
  decline: null,
  applied: null,
  expiresAt: null,
  queue: placeIn(row.gateway, now + leaseMs),
  due: now + leaseMs,
  tries: 0,
  replayedAt: null,
  factAt: null,
  updatedAt: now,
  version: 1,
  ...row,
})
