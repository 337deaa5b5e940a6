import {
  type AttemptRow,
  isOrphanRefund,
  type PaymentRow,
  type PaymentState,
  payments,
  statusOf,
} from '../../payments/index.ts'
import type { RefundRow } from '../../refunds/index.ts'
import type { Reading } from '../context.ts'
import { refundsOf, stateOf } from '../payments/load.ts'
import { disputeProblems, strayDisputes } from './disputes.ts'
import { payoutProblems } from './payouts.ts'
import { settlementProblems } from './settlements.ts'

/** A payment whose projection does not follow from its attempts. */
export interface PaymentProblem {
  readonly merchant: string
  readonly payment: string
  readonly what: string
}

/** What comparing payments with their attempts found. */
export interface PaymentsReport {
  readonly ok: boolean
  readonly payments: number
  readonly problemCount: number
  /** At most 100; all are counted. */
  readonly problems: readonly PaymentProblem[]
}

const MOST_PROBLEMS = 100

/** Attempts are truth: recomputes every payment's counters and status from them (DESIGN 4). */
export const verifyPayments = async (context: Reading, merchant?: string): Promise<PaymentsReport> => {
  const problems: PaymentProblem[] = []
  let checked = 0
  let problemCount = 0
  const add = (of: string, payment: string, what: string): void => {
    problemCount += 1
    if (problems.length < MOST_PROBLEMS) problems.push({ merchant: of, payment, what })
  }
  const equals = merchant === undefined ? {} : { merchant }
  for await (const page of context.storage.scan(payments, { index: 'key', equals })) {
    for (const payment of page) {
      checked += 1
      for (const what of await problemsWith(context, payment)) add(payment.merchant, payment.id, what)
    }
  }
  for await (const stray of strayDisputes(context, merchant))
    add(stray.merchant, stray.payment, `it knows nothing of its dispute ${stray.id}`)
  for await (const { payout, what } of payoutProblems(context, merchant))
    add(payout.merchant, payout.payment ?? payout.id, what)
  for await (const { settlement, what } of settlementProblems(context, merchant))
    add(settlement.merchant, settlement.id, what)
  return { ok: problemCount === 0, payments: checked, problemCount, problems }
}

/** What is wrong with one payment, its refunds and disputes; empty when all follows. */
export const problemsWith = async (context: Reading, payment: PaymentRow): Promise<readonly string[]> => {
  const { state, refunds, disputed } = await consistentState(context, payment)
  return [...problemsOf(state, refunds), ...disputed]
}

/** Rows are read one after another while money moves: a state is taken only when its payment did not change meanwhile. */
const consistentState = async (context: Reading, row: PaymentRow): Promise<Whole> => {
  let whole = await wholeOf(context, row)
  for (let tries = 0; tries < 5; tries++) {
    const [again] = await context.storage.load(payments, [{ merchant: row.merchant, id: row.id }])
    if (again === undefined || again.version === whole.state.payment.version) return whole
    whole = await wholeOf(context, again)
  }
  return whole
}

interface Whole {
  readonly state: PaymentState
  readonly refunds: readonly RefundRow[]
  /** What is wrong with its disputes. */
  readonly disputed: readonly string[]
}

const wholeOf = async (context: Reading, row: PaymentRow): Promise<Whole> => {
  const state = await stateOf(context, row)
  return { state, refunds: await refundsOf(context, state), disputed: await disputeProblems(context, row) }
}

/** What is wrong with a payment; empty when all follows. */
export const problemsOf = (state: PaymentState, refunds: readonly RefundRow[]): readonly string[] => {
  const { payment, attempts } = state
  const found: string[] = []
  const expect = (name: string, is: bigint, should: bigint): void => {
    if (is !== should) found.push(`${name} is ${is}, its attempts say ${should}`)
  }
  const winner = attempts.find((attempt) => attempt.id === state.winner)
  // A refund counts wherever the money was, but for that of a charge which counted for nobody.
  const counts = (attempt: AttemptRow): boolean =>
    attempt.kind === 'refund' ? !isOrphanRefund(state, attempt) : attempt.parent === winner?.id && winner !== undefined
  const sum = (kind: AttemptRow['kind'], ...states: readonly AttemptRow['state'][]): bigint =>
    attempts
      .filter((one) => one.kind === kind && counts(one) && states.includes(one.state))
      .reduce((total, one) => total + (one.state === 'applied' ? (one.applied ?? one.amount) : one.amount), 0n)
  // A sale that was taken back took nothing; an authorisation that ended was one, and is released.
  const lost = winner === undefined || (winner.kind === 'sale' && winner.state !== 'applied')
  const won = lost ? 0n : (winner.applied ?? winner.amount)
  const sale = winner?.kind === 'sale' ? won : 0n
  expect('authorized', payment.authorized, won + sum('increment', 'applied'))
  expect('captured', payment.captured, sale + sum('capture', 'applied'))
  const open = ['sent', 'unknown', 'pending'] as const
  expect('capturePending', payment.capturePending, sum('capture', ...open))
  // What waits for a decision, or is carried by a payout, has no attempt: its row says where it stands.
  const apart = (...states: readonly RefundRow['state'][]): bigint =>
    refunds
      .filter((one) => one.attempt === null && states.includes(one.state))
      .reduce((total, one) => total + one.amount, 0n)
  expect('refunded', payment.refunded, sum('refund', 'applied') + apart('succeeded'))
  expect('refundPending', payment.refundPending, sum('refund', ...open) + apart('requested', 'processing'))
  if (payment.refunds !== refunds.length) found.push(`it counts ${payment.refunds} refunds, and has ${refunds.length}`)
  const status = statusOf(payment, attempts)
  if (status !== payment.status) found.push(`status is stored as ${payment.status}, and follows as ${status}`)
  if (
    payment.captured + payment.capturePending + payment.released > payment.authorized &&
    payment.reviews === 0 // reports may go beyond what our commands may do (FAILURES 2.20)
  ) {
    found.push('more is captured and released than was authorized')
  }
  return [...found, ...orderProblems(state)]
}

const orderProblems = ({ payment, allocations }: PaymentState): readonly string[] => {
  if (allocations.length === 0) return []
  const found: string[] = []
  for (const name of ['amount', 'captured', 'capturePending', 'refunded', 'refundPending'] as const) {
    const total = allocations.reduce((sum, one) => sum + one[name], 0n)
    if (total !== payment[name]) found.push(`the orders' ${name} sums to ${total}, the payment's is ${payment[name]}`)
  }
  return found
}
