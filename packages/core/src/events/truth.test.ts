import { expect, it } from 'vitest'
import { memoryStorage } from '../memory/index.ts'
import { type PaymentRow, payments } from '../payments/index.ts'
import { claim } from '../records/index.ts'
import type { Storage } from '../storage/index.ts'
import { appendEvent } from './event.ts'
import { paymentsTruth } from './truth.ts'
import { verifyChain } from './verify.ts'

const payment = (number: number, version: number): PaymentRow => ({
  merchant: 'mer_1',
  id: `pay_${String(number).padStart(26, '0')}`,
  reference: `order-${number}`,
  round: 1,
  amount: 4990n,
  currency: 'EUR',
  capture: 'automatic',
  checkout: null,
  customer: null,
  details: new Uint8Array(),
  createdAt: 1,
  expiresAt: 2,
  status: 'processing',
  closed: null,
  authorized: 0n,
  captured: 0n,
  capturePending: 0n,
  released: 0n,
  refunded: 0n,
  refundPending: 0n,
  disputed: 0n,
  disputeState: 'none',
  refunds: 0,
  method: { type: 'card' },
  settle: null,
  converted: 0n,
  decline: null,
  authorizedUntil: null,
  parkedUntil: null,
  needsReview: null,
  reviews: 0,
  updatedAt: 1,
  version,
})
const commit = async (storage: Storage, row: PaymentRow): Promise<void> => {
  const event = appendEvent({
    merchant: row.merchant,
    subject: row.id,
    version: 1,
    id: `evt_${row.id.slice(4)}`,
    type: 'payment.created',
    at: 1,
    data: {},
  })
  await storage.commit({ id: `bat_${row.id}`, at: 1, changes: [{ guards: [claim(payments, row)], effects: [event] }] })
}

it('compares every stored payment with its events', async () => {
  const storage = memoryStorage()
  for (let number = 1; number <= 3; number++) await commit(storage, payment(number, 1))
  const verify = () => verifyChain(storage, { truth: [paymentsTruth(storage)] })
  expect(await verify()).toMatchObject({ ok: true, events: 3 })
  await commit(storage, payment(4, 2))
  expect(await verify()).toMatchObject({
    ok: false,
    problems: [{ kind: 'event_missing', subject: payment(4, 2).id, detail: expect.stringContaining('version 2') }],
  })
})
