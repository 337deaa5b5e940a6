import { deciderOf, type FeeSubject } from '../../fees/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import { type LedgerTransactionRow, ledgerTransactions, movedTo, platformFees } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type AttemptRow,
  attemptData,
  bookFeeDifference,
  PaymentDraft,
  type PaymentState,
  partsOf,
} from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { loadState } from '../payments/load.ts'
import { scheduleOf } from './schedules.ts'

/** What the gateway is now known to have charged for a capture or sale. */
export interface ReportedCost {
  readonly merchant: string
  readonly payment: string
  readonly attempt: string
  /** Minor units of the payment's currency; a report in another currency tells nothing here. */
  readonly cost: bigint | ((currency: string) => bigint)
}

const TRIES = 16

/**
 * Makes a fee that stood on an estimate of the interchange what it would have been with the real cost: under the very version of the schedule
 * that counted then, as a transaction of its own, once. False where the fee stood on no estimate: nothing is to be done. Reconciliation calls
 * it for every cost that a report tells; telling the same twice changes nothing.
 */
export const trueUpFee = async (context: FlowContext, report: ReportedCost): Promise<boolean> => {
  const { merchant } = report
  for (let tries = 0; tries < TRIES; tries++) {
    const state = await loadState(context, merchant, report.payment)
    const attempt = state.attempts.find((one) => one.id === report.attempt)
    if (attempt === undefined)
      throw new FlorinError('not_found', `payment ${state.payment.id} has no attempt '${report.attempt.slice(0, 64)}'`)
    const reference = `${attempt.id}/fee_true_up`
    const keys = [`${attempt.id}/capture`, reference].map((one) => ({ merchant, reference: one }))
    const [taken, before] = await context.storage.load(ledgerTransactions, keys)
    if (taken?.metadata?.feeEstimated === undefined || attempt.state !== 'applied') return false
    const cost = typeof report.cost === 'bigint' ? report.cost : report.cost(attempt.currency)
    if (before !== undefined) return sameCost(before, cost)
    const fee = await agreed(context, state, attempt, taken, cost)
    const by = fee - movedTo(taken, platformFees(attempt.currency).account)
    const draft = new PaymentDraft(state, context.runtime.clock.now())
    const { feeRule = '', feeSchedule = '' } = taken.metadata
    const rule = { feeRule, feeSchedule, feeCost: cost.toString() }
    const parts = partsOf(state, attempt, attempt.applied ?? attempt.amount)
    const ledger = bookFeeDifference(draft, parts, by, { type: 'fee_true_up', reference, metadata: rule })
    if (ledger === null) return true // the estimate was right
    const show = (minor: bigint): string => formatAmount(minor, attempt.currency)
    const data = { fee: show(fee), by: show(by), cost: show(cost), feeRule, feeSchedule: Number(feeSchedule) }
    draft.event('payment.fee_trued_up', { ...attemptData(attempt), ...data }, ledger)
    const outcome = await context.committer.commit(changeOf(context, draft.finish()), { lane: 'outcome', merchant })
    if (outcome.committed) return true
  }
  throw new FlorinError('conflict', `payment ${report.payment} is being changed by others: nothing happened, try again`)
}

const sameCost = (before: LedgerTransactionRow, cost: bigint): true => {
  if (before.metadata?.feeCost === cost.toString()) return true
  throw new FlorinError(
    'conflict',
    `the cost of this capture was reported as ${before.metadata?.feeCost} minor units before, and now as ${cost}: correct the books by hand`,
    { details: { cost: cost.toString() } },
  )
}

/** The fee by the rule, and of the month's volume, that counted when it was captured. */
const agreed = async (
  context: FlowContext,
  { payment }: PaymentState,
  attempt: AttemptRow,
  { metadata }: LedgerTransactionRow,
  cost: bigint,
): Promise<bigint> => {
  const { type, network = null, country = null } = payment.method
  const row = await scheduleOf(context, payment.merchant, Number(metadata?.feeSchedule))
  const amount = attempt.applied ?? attempt.amount
  const { feeMonth, feeVolume } = metadata ?? {}
  const volume =
    feeMonth === undefined || feeVolume === undefined ? null : { month: feeMonth, before: BigInt(feeVolume) }
  const subject: FeeSubject = { amount, currency: attempt.currency, method: type, network, country, cost, volume }
  return deciderOf(row.schedule, row.version)(subject).fee
}
