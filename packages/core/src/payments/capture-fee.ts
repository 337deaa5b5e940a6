import { type FeeDecider, type FeeDecision, feeMetadata } from '../fees/index.ts'
import { formatAmount } from '../money/index.ts'
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
  return { fee: decision?.fee ?? 0n, metadata: feeMetadata(decision), data: eventData(decision, attempt.currency) }
}

/** A fee as it is booked, and as ledger and event name its rule. */
export interface CaptureFee {
  /** Minor units. */
  readonly fee: bigint
  readonly metadata: Readonly<Record<string, string>> | null
  readonly data: Readonly<Record<string, unknown>>
}

const eventData = (decision: FeeDecision | null, currency: string): Readonly<Record<string, unknown>> => {
  if (decision === null) return {}
  const { fee, rule, schedule } = decision
  return { fee: formatAmount(fee, currency), feeRule: rule, ...(schedule === null ? {} : { feeSchedule: schedule }) }
}
