import {
  configuredFee,
  deciderOf,
  type FeeDecision,
  type FeePart,
  type FeeScheduleRow,
  type FeeSubject,
  monthOf,
  type VolumeBefore,
  volumeTermsOf,
} from '../../fees/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { FlowContext, Reading } from '../context.ts'
import { scheduleAt } from './schedules.ts'
import { readVolumes } from './volumes.ts'

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
  /** Where the rule goes by the month's volume: how far that is, and the start of the tier which that has reached. Null otherwise. */
  readonly volume: { readonly month: string; readonly before: string; readonly tier: string } | null
  /** What it sums up from: one `percent` for each tier that the capture goes through. */
  readonly parts: readonly { readonly what: FeePart; readonly amount: string }[]
}

/** A capture to quote. */
export interface QuoteSubject extends Omit<FeeSubject, 'volume'> {
  /** What its month has captured before it, minor units; null: what it has by now. */
  readonly before: bigint | null
}

/** Explains the fee that a capture at an instant has, or would have. */
export const quoteFee = async (
  context: Reading & Pick<FlowContext, 'termsOf'>,
  merchant: string,
  subject: QuoteSubject,
  at: number,
): Promise<FeeQuoteView> => {
  const decision = (await deciderAt(context, merchant, subject, at))?.() ?? null
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
    volume: volumeOf(decision, show),
    parts: partsOf(decision).map((part) => ({ what: part.what, amount: show(part.amount) })),
  }
}

const partsOf = (decision: FeeDecision | null): FeeDecision['parts'] => decision?.parts ?? []

const volumeOf = (decision: FeeDecision | null, show: (minor: bigint) => string): FeeQuoteView['volume'] => {
  if (decision === null || decision.month === null || decision.reached === null) return null
  const { before, tier } = decision.reached
  return { month: decision.month, before: show(before), tier: show(tier) }
}

const deciderAt = async (
  context: Reading & Pick<FlowContext, 'termsOf'>,
  merchant: string,
  subject: QuoteSubject,
  at: number,
): Promise<(() => FeeDecision) | null> => {
  const row = await scheduleAt(context, merchant, at)
  if (row !== undefined) {
    const volume = await volumeFor(context, row, subject, at)
    return () => deciderOf(row.schedule, row.version)({ ...subject, volume })
  }
  const { fee } = context.termsOf(merchant)
  return fee === null ? null : () => configuredFee(fee)(subject)
}

const volumeFor = async (
  { storage }: Reading,
  { merchant, schedule }: FeeScheduleRow,
  { currency, before }: QuoteSubject,
  at: number,
): Promise<VolumeBefore | null> => {
  const terms = volumeTermsOf(schedule)
  if (terms === null) return null
  const month = monthOf(terms.zone, at)
  return { month, before: before ?? (await readVolumes(storage, merchant, month, [currency])).get(currency) ?? 0n }
}
