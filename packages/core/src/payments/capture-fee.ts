import { type FeeDecider, type FeeDecision, feeMetadata } from '../fees/index.ts'
import { monthVolume, volumeCounted } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import type { AttemptRow, PaymentRow } from './records.ts'

/** The fee of a capture or sale of `amount`, as its merchant's terms decide it; `cost` is what the gateway says that it charged, if it does. */
export const captureFee = (
  decide: FeeDecider | null,
  payment: Pick<PaymentRow, 'method'>,
  attempt: AttemptRow,
  { amount, cost }: { readonly amount: bigint; readonly cost: bigint | null },
): CaptureFee => {
  const { type, network = null, country = null } = payment.method
  const subject = { amount, currency: attempt.currency, method: type, network, country, cost }
  const decision = decide === null || amount === 0n ? null : decide(subject)
  const { currency } = attempt
  const counted = decision === null || decision.month === null ? [] : [count(decision.month, currency, amount)]
  return { fee: decision?.fee ?? 0n, metadata: feeMetadata(decision), data: eventData(decision, currency), counted }
}

/** A fee as it is booked, and as ledger and event name its rule. */
export interface CaptureFee {
  /** Minor units. */
  readonly fee: bigint
  readonly metadata: Readonly<Record<string, string>> | null
  readonly data: Readonly<Record<string, unknown>>
  /** Counts the capture in the month's volume, in its own transaction; nothing where none is counted. */
  readonly counted: readonly Posting[]
}

const count = (month: string, currency: string, amount: bigint): Posting => ({
  debit: volumeCounted(currency),
  credit: monthVolume(month, currency),
  amount,
  currency,
  phase: 'posted',
})

const eventData = (decision: FeeDecision | null, currency: string): Readonly<Record<string, unknown>> => {
  if (decision === null) return {}
  const { fee, rule, schedule, month, reached } = decision
  const show = (minor: bigint): string => formatAmount(minor, currency)
  return {
    fee: show(fee),
    feeRule: rule,
    ...(schedule === null ? {} : { feeSchedule: schedule }),
    ...(month === null || reached === null
      ? {}
      : { feeMonth: month, feeVolume: show(reached.before), feeTier: show(reached.tier) }),
  }
}
