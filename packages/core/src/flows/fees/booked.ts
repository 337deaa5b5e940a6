import { gatewayCosts, movedTo, platformFees, transactionsOf } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { FlowContext } from '../context.ts'
import { loadState } from '../payments/load.ts'

/** One booking of a fee: taken, given back (negative) or trued up. Amounts are decimal strings of the payment's currency. */
export interface BookedFeeView {
  /** The ledger transaction that it is in. */
  readonly transaction: string
  readonly type: string
  readonly fee: string
  readonly rule: string | null
  readonly schedule: number | null
  /** Where the rule went by the month's volume: how far that was before, and the start of the tier which that had reached. */
  readonly volume?: { readonly month: string; readonly before: string; readonly tier: string }
  readonly at: string
}

/** What a payment's fees come to, beside what its gateway charged. */
export interface PaymentFeesView {
  readonly object: 'payment_fees'
  readonly payment: string
  readonly currency: string
  readonly fee: string
  /** What the gateway is known to have charged for it. */
  readonly cost: string
  /** What is left of the fee after the gateway's cost. */
  readonly margin: string
  readonly bookings: readonly BookedFeeView[]
}

/** Reads what was booked for a payment, by transaction. */
export const feesOf = async (context: FlowContext, merchant: string, payment: string): Promise<PaymentFeesView> => {
  const state = await loadState(context, merchant, payment)
  const { currency, id } = state.payment
  const show = (minor: bigint): string => formatAmount(minor, currency)
  const booked = await transactionsOf(context.storage, merchant, id)
  const places = new Set(state.attempts.map((one) => gatewayCosts(one.gateway, one.account, currency).account))
  let [fee, cost] = [0n, 0n]
  const bookings: BookedFeeView[] = []
  for (const row of booked) {
    for (const place of places) cost -= movedTo(row, place)
    const moved = movedTo(row, platformFees(currency).account)
    if (moved === 0n) continue
    fee += moved
    const { feeRule: rule = null, feeSchedule, feeMonth: month, feeVolume, feeTier } = row.metadata ?? {}
    const schedule = feeSchedule === undefined ? null : Number(feeSchedule)
    const at = new Date(row.effectiveAt).toISOString()
    const volume =
      month === undefined || feeVolume === undefined || feeTier === undefined
        ? {}
        : { volume: { month, before: show(BigInt(feeVolume)), tier: show(BigInt(feeTier)) } }
    bookings.push({ transaction: row.reference, type: row.type, fee: show(moved), rule, schedule, ...volume, at })
  }
  const margin = show(fee - cost)
  return { object: 'payment_fees', payment: id, currency, fee: show(fee), cost: show(cost), margin, bookings }
}
