import { FlorinError } from '../kernel/index.ts'
import { type PaymentState, show } from '../payments/index.ts'
import type { RefundState } from './machine.ts'
import type { RefundRow } from './records.ts'

/** A merchant's rules for refunds. Amounts are minor units by currency; a currency that is not named has no limit. */
export interface RefundPolicy {
  /** How long after the newest capture refunds are made; null: for ever. */
  readonly windowMs: number | null
  readonly mostPerRefund: ReadonlyMap<string, bigint>
  /** All refunds of one payment within 24 hours. */
  readonly mostPerPaymentAndDay: ReadonlyMap<string, bigint>
  /** A refund of more than this waits for a person. */
  readonly approvalAbove: ReadonlyMap<string, bigint>
  /** How long it waits. */
  readonly requestMs: number
}

const DAY_MS = 86_400_000

/**
 * What the merchant's policy says of a refund of `amount` at `now`: the rules for which a person has to approve it; none: it goes at once.
 * Throws `policy_refused`, which names the rule in `details.rule`, where it is not to be made at all. Whether there is that much to refund
 * is not asked here.
 */
export const askPolicy = (
  policy: RefundPolicy,
  state: PaymentState,
  refunds: readonly RefundRow[],
  amount: bigint,
  now: number,
): readonly string[] => {
  const { payment } = state
  const { currency } = payment
  const captured = capturedAt(state)
  if (policy.windowMs !== null && captured !== null && now - captured > policy.windowMs) {
    const days = policy.windowMs / DAY_MS
    return deny(state, 'window', `was captured on ${day(captured)}: this merchant refunds within ${days} days`)
  }
  const most = policy.mostPerRefund.get(currency)
  if (most !== undefined && amount > most)
    return deny(state, 'most_per_refund', `a refund is at most ${show(most, payment)}, not ${show(amount, payment)}`)
  const perDay = policy.mostPerPaymentAndDay.get(currency)
  const today = withinADay(refunds, now)
  if (perDay !== undefined && today + amount > perDay) {
    const why = `at most ${show(perDay, payment)} of one payment go back within 24 hours: ${show(today, payment)} did, and ${show(amount, payment)} more is too much`
    return deny(state, 'most_per_payment_and_day', why)
  }
  const above = policy.approvalAbove.get(currency)
  return above !== undefined && amount > above ? ['approval_above'] : []
}

const deny = ({ payment }: PaymentState, rule: string, why: string): never => {
  throw new FlorinError('policy_refused', `payment ${payment.id}: ${why} (rule '${rule}' of the merchant's policy)`, {
    details: { payment: payment.id, rule },
  })
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** When the newest money was captured: when the capture, or the sale, was ordered, which nothing changes later. */
const capturedAt = ({ attempts }: PaymentState): number | null => {
  const took = attempts.filter((one) => (one.kind === 'capture' || one.kind === 'sale') && one.state === 'applied')
  return took.length === 0 ? null : Math.max(...took.map((one) => one.createdAt))
}

const CAME_TO_NOTHING: ReadonlySet<RefundState> = new Set(['denied', 'expired', 'failed'])

/** What of the payment was refunded, or is about to be, by refunds of the last 24 hours, whoever made them. */
const withinADay = (refunds: readonly RefundRow[], now: number): bigint =>
  refunds
    .filter((one) => one.createdAt > now - DAY_MS && !CAME_TO_NOTHING.has(one.state))
    .reduce((sum, one) => sum + one.amount, 0n)
