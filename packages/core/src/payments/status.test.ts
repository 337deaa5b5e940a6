import { describe, expect, test } from 'vitest'
import type { AttemptRow, PaymentRow, PaymentStatus } from './records.ts'
import { PAYMENT_STATUSES } from './records.ts'
import { captureStateOf, coarseOf, isClosed, isDefinitive, refundStateOf, statusOf } from './status.ts'

const NONE = {
  closed: null,
  authorized: 0n,
  captured: 0n,
  capturePending: 0n,
  released: 0n,
  refunded: 0n,
  refundPending: 0n,
  disputed: 0n,
  disputeState: 'none',
}
const payment = (set: Partial<PaymentRow> = {}): PaymentRow => ({ ...NONE, parkedUntil: null, ...set }) as PaymentRow
const attempt = (
  kind: AttemptRow['kind'],
  state: AttemptRow['state'],
  awaits: AttemptRow['awaits'] = null,
): AttemptRow => ({ kind, state, awaits }) as AttemptRow

const HELD = { authorized: 100n }
const PAID = { authorized: 100n, captured: 100n }
const charge = (state: AttemptRow['state'], awaits: AttemptRow['awaits'] = null) => attempt('authorize', state, awaits)

describe('the status of a payment follows from its counters and attempts', () => {
  test.each<[what: string, payment: PaymentRow, attempts: readonly AttemptRow[], status: PaymentStatus]>([
    ['a charge on its way', payment(), [charge('sent')], 'processing'],
    ['a charge of unknown outcome', payment(), [charge('unknown')], 'processing'],
    ['a charge that the gateway decides on', payment(), [charge('pending', 'gateway')], 'processing'],
    ['a charge that waits for the buyer', payment(), [charge('pending', 'customer')], 'requires_action'],
    [
      'one that waits for the buyer and is being canceled',
      payment(),
      [charge('pending', 'customer'), attempt('cancel', 'sent')],
      'processing',
    ],
    ['a refused charge', payment(), [charge('rejected')], 'declined'],
    ['a charge that was not sent', payment(), [charge('not_sent')], 'declined'],
    ['a refused charge, and another on its way', payment(), [charge('rejected'), charge('sent')], 'processing'],
    ['an abandoned charge, and a refused one', payment(), [charge('abandoned'), charge('rejected')], 'declined'],
    ['an open hold', payment(HELD), [charge('applied')], 'authorized'],
    [
      'a hold whose first capture is on its way',
      payment({ ...HELD, capturePending: 100n }),
      [charge('applied'), attempt('capture', 'sent')],
      'processing',
    ],
    [
      'a hold whose first capture is unknown',
      payment({ ...HELD, capturePending: 40n }),
      [charge('applied'), attempt('capture', 'unknown')],
      'processing',
    ],
    // FAILURES 2.13: once the capture is acknowledged the sale is made
    [
      'a capture that the gateway acknowledged',
      payment({ ...HELD, capturePending: 100n }),
      [charge('applied'), attempt('capture', 'pending', 'gateway')],
      'succeeded',
    ],
    ['a hold that is being canceled', payment(HELD), [charge('applied'), attempt('cancel', 'unknown')], 'processing'],
    ['a partial capture, the rest still open', payment({ ...HELD, captured: 40n }), [charge('applied')], 'authorized'],
    [
      'a partial capture, the rest given back',
      payment({ ...HELD, captured: 40n, released: 60n }),
      [charge('applied')],
      'succeeded',
    ],
    ['all captured', payment(PAID), [charge('applied')], 'succeeded'],
    ['all refunded', payment({ ...PAID, refunded: 100n }), [charge('applied')], 'succeeded'],
    [
      'a second capture on its way',
      payment({ ...HELD, captured: 40n, capturePending: 20n }),
      [charge('applied'), attempt('capture', 'sent')],
      'authorized',
    ],
    ['canceled', payment({ closed: 'canceled', ...HELD, released: 100n }), [charge('reversed')], 'canceled'],
    ['expired', payment({ closed: 'expired' }), [charge('rejected')], 'expired'],
    ['a sale', payment(PAID), [attempt('sale', 'applied')], 'succeeded'],
  ])('%s', (_, row, attempts, status) => expect(statusOf(row, attempts)).toBe(status))
})

test('capture and refund states say how much', () => {
  expect(captureStateOf(payment())).toBe('none')
  expect(captureStateOf(payment({ ...HELD, capturePending: 1n }))).toBe('pending')
  expect(captureStateOf(payment({ ...HELD, captured: 99n }))).toBe('partial')
  expect(captureStateOf(payment(PAID))).toBe('full')
  expect(refundStateOf(payment(PAID))).toBe('none')
  expect(refundStateOf(payment({ ...PAID, refundPending: 1n }))).toBe('pending')
  expect(refundStateOf(payment({ ...PAID, refunded: 99n, refundPending: 1n }))).toBe('partial')
  expect(refundStateOf(payment({ ...PAID, refunded: 100n }))).toBe('full')
})

test('the coarse view and the two properties of a status', () => {
  const of = (name: (status: PaymentStatus) => unknown) =>
    Object.fromEntries(PAYMENT_STATUSES.map((one) => [one, name(one)]))
  expect(of(coarseOf)).toEqual({
    processing: 'PROCESSING',
    requires_action: 'PENDING',
    authorized: 'PENDING',
    succeeded: 'SUCCESS',
    declined: 'FAILED',
    canceled: 'FAILED',
    expired: 'FAILED',
  })
  expect(PAYMENT_STATUSES.filter((one) => !isDefinitive(one))).toEqual(['processing', 'requires_action'])
  expect(PAYMENT_STATUSES.filter(isClosed)).toEqual(['canceled', 'expired'])
})
