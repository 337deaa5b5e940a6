import { describe, expect, test } from 'vitest'
import type { AllocationRow, AttemptRow, PaymentRow, PaymentState } from '../payments/index.ts'
import { PaymentDraft, type ReviewReason } from '../payments/index.ts'
import type { RefundRow } from './records.ts'
import { freeReserved, type PayoutRefund, reserveRefund, settleReserved } from './reserve.ts'
import { partsIn } from './set-aside.ts'

const charge = { id: 'att_1', kind: 'sale', state: 'applied', amount: 100n, parent: null } as unknown as AttemptRow

const stateOf = (payment: Partial<PaymentRow> = {}, orders: readonly Partial<AllocationRow>[] = []): PaymentState =>
  ({
    payment: {
      ...{ merchant: 'mer_1', id: 'pay_1', currency: 'EUR', status: 'succeeded', closed: null, parkedUntil: null },
      ...{ authorized: 100n, captured: 100n, capturePending: 0n, released: 0n, refunded: 0n, refundPending: 0n },
      ...{ disputed: 0n, refunds: 0, needsReview: null, reviews: 0, version: 1, ...payment },
    },
    attempts: [charge],
    winner: 'att_1',
    allocations: orders.map((one) => ({ captured: 0n, refunded: 0n, refundPending: 0n, version: 1, ...one })),
    shares: [],
    obligations: [],
    holds: null,
  }) as unknown as PaymentState

const wanted = (amount: bigint | null, more: Partial<PayoutRefund> = {}): PayoutRefund => ({
  ...{ id: 'ref_1', payout: 'pot_1', amount, orders: null, reason: null },
  ...more,
})

/** Does something to a state; what it is then, with the refund and the types of its events. */
const after = (state: PaymentState, act: (draft: PaymentDraft) => RefundRow) => {
  const draft = new PaymentDraft(state, 1_000)
  const refund = act(draft)
  const decision = draft.finish()
  const { refunded, refundPending, refunds, needsReview } = decision.state.payment
  const counters = { refunded, refundPending, refunds }
  return { refund, state: decision.state, counters, needsReview, events: decision.events.map(({ type }) => type) }
}

describe('a refund that a payout carries', () => {
  test('is set aside, and refunded once the payout was made', () => {
    const made = after(stateOf(), (draft) => reserveRefund(draft, wanted(60n)))
    expect(made.refund).toMatchObject({ state: 'processing', amount: 60n, payout: 'pot_1', attempt: null })
    expect(made.counters).toEqual({ refunded: 0n, refundPending: 60n, refunds: 1 })
    expect(made.events).toEqual(['payment.refund_requested'])
    const paid = after(made.state, (draft) => settleReserved(draft, made.refund))
    expect(paid.refund).toMatchObject({ state: 'succeeded', version: 2 })
    expect([paid.counters, paid.needsReview]).toEqual([{ refunded: 60n, refundPending: 0n, refunds: 1 }, null])
    expect(paid.events).toEqual(['payment.refunded'])
  })

  test('takes all that is left where no amount is given, and never more', () => {
    const state = stateOf({ refunded: 30n, refundPending: 20n })
    expect(after(state, (draft) => reserveRefund(draft, wanted(null))).refund.amount).toBe(50n)
    const refused = (set: Partial<PaymentRow>, amount: bigint) => () =>
      after(stateOf(set), (draft) => reserveRefund(draft, wanted(amount)))
    expect(refused({ refunded: 30n, refundPending: 20n }, 51n)).toThrow('0.50 EUR left to refund')
    expect(refused({ refunded: 100n }, 1n)).toThrow('0.00 EUR left to refund')
    expect(refused({ captured: 0n }, 1n)).toThrow('nothing was captured')
  })

  test('waits for what is not known of the payment', () => {
    const state = { ...stateOf(), attempts: [charge, { ...charge, id: 'att_2', kind: 'refund', state: 'unknown' }] }
    const reserve = () => after(state as PaymentState, (draft) => reserveRefund(draft, wanted(1n)))
    expect(reserve).toThrow(expect.objectContaining({ code: 'attempt_open' }))
  })

  test('frees its amount where the payout failed', () => {
    const made = after(stateOf(), (draft) => reserveRefund(draft, wanted(60n)))
    const failed = after(made.state, (draft) => freeReserved(draft, made.refund, 'account_closed'))
    expect(failed.refund.state).toBe('failed')
    expect(failed.counters).toEqual({ refunded: 0n, refundPending: 0n, refunds: 1 })
    expect(failed.events).toEqual(['payment.refund_failed'])
  })

  test('counts no more once the payout came back, and again where it was paid after all', () => {
    const made = after(stateOf(), (draft) => reserveRefund(draft, wanted(60n)))
    const paid = after(made.state, (draft) => settleReserved(draft, made.refund))
    const back = after(paid.state, (draft) => freeReserved(draft, paid.refund, 'returned'))
    expect(back.counters).toEqual({ refunded: 0n, refundPending: 0n, refunds: 1 })
    expect([back.events, back.needsReview]).toEqual([['payment.refund_undone'], 'refund_undone' satisfies ReviewReason])
    const again = after(back.state, (draft) => settleReserved(draft, back.refund))
    expect(again.counters).toEqual({ refunded: 60n, refundPending: 0n, refunds: 1 })
  })

  test('that was paid though it had failed asks for a person, also where more is gone than there was', () => {
    const made = after(stateOf(), (draft) => reserveRefund(draft, wanted(60n)))
    const failed = after(made.state, (draft) => freeReserved(draft, made.refund, 'account_closed'))
    const late = after(failed.state, (draft) => settleReserved(draft, failed.refund))
    expect(late.needsReview).toBe('late_success' satisfies ReviewReason)
    const full = stateOf({ refunded: 50n, refundPending: 60n, refunds: 1 })
    expect(after(full, (draft) => settleReserved(draft, made.refund)).needsReview).toBe('over_refunded')
  })

  test('of a checkout keeps to its orders, pro rata or as named', () => {
    const orders = [
      { id: 'alc_a', seller: 'ann', captured: 60n },
      { id: 'alc_b', seller: 'bob', captured: 40n },
    ] as const
    const shared = after(stateOf({}, orders), (draft) => reserveRefund(draft, wanted(50n)))
    expect(partsIn(shared.refund)).toEqual(
      new Map([
        ['alc_a', 30n],
        ['alc_b', 20n],
      ]),
    )
    expect(shared.state.allocations.map((one) => one.refundPending)).toEqual([30n, 20n])
    const paid = after(shared.state, (draft) => settleReserved(draft, shared.refund))
    expect(paid.state.allocations.map((one) => [one.refundPending, one.refunded])).toEqual([
      [0n, 30n],
      [0n, 20n],
    ])
    const named = wanted(40n, { orders: [{ id: 'alc_b', amount: 40n }] })
    const one = after(stateOf({}, orders), (draft) => reserveRefund(draft, named))
    const back = after(one.state, (draft) => freeReserved(draft, one.refund, 'no'))
    expect(one.state.allocations.map((each) => each.refundPending)).toEqual([0n, 40n])
    expect(back.state.allocations.map((each) => each.refundPending)).toEqual([0n, 0n])
  })
})
