import { bankAccount, gatewayCosts, suspense } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type Books,
  type Finding,
  type JudgedLine,
  restOf,
  type SourceRow,
  type SuggestedPosting,
  settlesNothing,
  suggested,
} from '../../reconciliation/index.ts'
import type { AccountRef } from '../../records/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { near, type WaitingBatch } from './batch-match.ts'
import type { PayoutLine } from './payout-lines.ts'

/** A line of a bank, and what it was found to show. */
export interface BankLine {
  readonly bank: string
  readonly source: SourceRow
  readonly line: StatementLine
  /** Batches of gateways that it brings home, booked already. */
  readonly shown: readonly WaitingBatch[]
  /** The payout of ours that it tells of, which books itself. */
  readonly payout: PayoutLine | undefined
}

const totalOf = (shown: readonly WaitingBatch[]): bigint =>
  shown.reduce((sum, { row }) => sum + row.net + row.remainder, 0n)

const resultOf = ({ source, line, shown, payout }: BankLine): JudgedLine['result'] => {
  if (payout !== undefined) return PAYOUT_RESULTS[payout.is]
  if (shown.length === 0) return 'missing_here'
  return near(line.net, totalOf(shown), source.toleratedAmount) ? 'matched' : 'amount_differs'
}

const PAYOUT_RESULTS = { told: 'matched', differs: 'amount_differs', duplicate: 'duplicate' } as const

/** Books a line of a bank: its account has what the bank says in the end, and what does not fit is nobody's, or a tolerated cost. */
export const bookBankLine = (books: Books, given: BankLine): JudgedLine => {
  const { bank, source, line, shown, payout } = given
  const { currency, net } = line
  const result = resultOf(given)
  const [first] = shown
  const other =
    result === 'matched' && first !== undefined
      ? gatewayCosts(first.gateway, first.account, currency)
      : suspense(currency)
  const booked = payout?.is === 'told' ? net : totalOf(shown)
  books.move(source.merchant, bankAccount(bank, currency), other, net - booked, currency)
  return {
    line,
    settles: payout?.is === 'told' ? payout.settles : settlesNothing(line),
    result,
    merchant: source.merchant,
    batch: line.references.batch,
    rest: restOf(line),
  }
}

/** What is amiss with a line of a bank; null where nothing is. */
export const bankFinding = (given: BankLine, { result }: JudgedLine): Finding | null => {
  const { bank, source, line, shown, payout } = given
  const { currency, net } = line
  if (result === 'matched') return null
  const say = (amount: bigint): string => `${formatAmount(amount, currency)} ${currency}`
  const nobodys = suspense(currency)
  const base = {
    about: `line/${line.id}`,
    merchant: source.merchant,
    currency,
    theirs: net,
    line: line.id,
    attempt: null,
    payment: null,
  }
  const stands = `line ${line.line} of ${bank} (${say(net)})`
  const [first] = shown
  if (payout !== undefined) {
    const { is, ours, what } = payout
    const kind = is === 'duplicate' ? 'duplicate' : 'amount_differs'
    const wrong = ours === null ? `is ordered at another bank` : `was ordered with ${say(ours)}`
    const why = `${stands} names ${what}, which ${is === 'duplicate' ? 'another line has told of' : wrong}: its money stands in ${nobodys.account}`
    const suggestion = outOfSuspense(bankAccount(bank, currency), currency, net, 'where the bank puts it right')
    return { ...base, kind, ours, why, suggestion }
  }
  if (first === undefined) {
    const why = `${stands} is nothing that we wait for: its money stands in ${nobodys.account}`
    const hint = 'where the bank takes it back, or a file of a gateway explains it'
    const suggestion = outOfSuspense(bankAccount(bank, currency), currency, net, hint)
    return { ...base, kind: 'missing_here', ours: null, why, suggestion }
  }
  const ours = totalOf(shown)
  const names = shown.map(({ row: { batch } }) => batch).join(', ')
  const costs = gatewayCosts(first.gateway, first.account, currency)
  const suggestion = outOfSuspense(costs, currency, net - ours, 'a charge of the bank or the gateway')
  return {
    ...base,
    kind: 'amount_differs',
    ours,
    why: `${stands} shows batch ${names}, which has ${say(ours)}`,
    suggestion,
  }
}

/** What brings suspense back to zero, against another account. */
const outOfSuspense = (other: AccountRef, currency: string, amount: bigint, why: string): SuggestedPosting | null => {
  const nobodys = suspense(currency)
  const [debit, credit] = amount < 0n ? [other, nobodys] : [nobodys, other]
  return suggested({ debit, credit, amount: amount < 0n ? -amount : amount, currency, phase: 'posted' }, why)
}
