import {
  configuredFee,
  deciderOf,
  type FeeDecider,
  type FeeDecision,
  type FeePart,
  type FeeSubject,
} from '../../fees/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { FlowContext, Reading } from '../context.ts'
import { scheduleAt } from './schedules.ts'

/** What a capture would cost its merchant, and why. Amounts are decimal strings of `currency`. */
export interface FeeQuoteView {
  readonly object: 'fee_quote'
  readonly amount: string
  readonly currency: string
  readonly fee: string
  readonly net: string
  /** Null where no fee was agreed. */
  readonly rule: string | null
  /** The version of the schedule; null for the simple fee, and for none. */
  readonly schedule: number | null
  readonly onRefund: 'kept' | 'returned'
  /** It stands on an estimate of what the gateway charges, and is trued up. */
  readonly estimated: boolean
  /** What it sums up from. */
  readonly parts: readonly { readonly what: FeePart; readonly amount: string }[]
}

/** Explains the fee that a capture at an instant has, or would have. */
export const quoteFee = async (
  context: Reading & Pick<FlowContext, 'termsOf'>,
  merchant: string,
  subject: FeeSubject,
  at: number,
): Promise<FeeQuoteView> => {
  const decision = (await deciderAt(context, merchant, at))?.(subject) ?? null
  const { amount, currency } = subject
  const show = (minor: bigint): string => formatAmount(minor, currency)
  const fee = decision?.fee ?? 0n
  return {
    object: 'fee_quote',
    amount: show(amount),
    currency,
    fee: show(fee),
    net: show(amount - fee),
    rule: decision?.rule ?? null,
    schedule: decision?.schedule ?? null,
    onRefund: decision?.onRefund ?? 'kept',
    estimated: decision?.estimated ?? false,
    parts: partsOf(decision).map((part) => ({ what: part.what, amount: show(part.amount) })),
  }
}

const partsOf = (decision: FeeDecision | null): FeeDecision['parts'] => decision?.parts ?? []

const deciderAt = async (
  context: Reading & Pick<FlowContext, 'termsOf'>,
  merchant: string,
  at: number,
): Promise<FeeDecider | null> => {
  const row = await scheduleAt(context, merchant, at)
  if (row !== undefined) return deciderOf(row.schedule, row.version)
  const { fee } = context.termsOf(merchant)
  return fee === null ? null : configuredFee(fee)
}
