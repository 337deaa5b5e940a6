import { receivable, suspense } from '../ledger/index.ts'
import { formatAmount } from '../money/index.ts'
import type { StatementLine } from '../statements/index.ts'
import { Books } from './books.ts'
import type { Finding } from './break.ts'
import type { OddLineRow } from './line-records.ts'
import {
  amountOf,
  type Candidate,
  type Candidates,
  candidateFor,
  isBooked,
  isDispute,
  isOfBuyer,
  settlesNothing,
  settlesOf,
  wanted,
} from './match.ts'
import { type LineResult, suggested, type Tolerances } from './model.ts'
import { isOdd, type JudgedLine, type LineRest } from './part-lines.ts'
import { bookLine, differencePosting, isPayout } from './postings.ts'

/** A chunk of a gateway's lines, none of which was seen before, and all that decides about them. */
export interface Chunk {
  readonly source: string
  readonly gateway: string
  readonly account: string
  /** In whose books stands what is about no payment of ours. */
  readonly merchant: string
  readonly tolerances: Pick<Tolerances, 'amount' | 'days'>
  readonly lines: readonly StatementLine[]
  readonly candidates: Candidates
  /** Costs that were booked with captures, by attempt; empty where there were none at all. */
  readonly accrued: ReadonlyMap<string, bigint>
}

/** What a chunk moves in a batch, and in whose books. */
export interface BatchNews {
  readonly batch: string
  readonly currency: string
  lines: number
  net: bigint
  paid: bigint | null
  valueAt: number
  readonly parts: Map<string, bigint>
}

/** What was decided about a chunk. */
export interface Decided {
  readonly lines: readonly JudgedLine[]
  readonly books: Books
  readonly batches: ReadonlyMap<string, BatchNews>
  readonly findings: readonly Finding[]
}

const DAY_MS = 86_400_000

/** Decides about each line once. Pure: the same chunk gives the same decisions. */
export const decideChunk = (chunk: Chunk): Decided => {
  const lines: JudgedLine[] = []
  const books = new Books()
  const batches = new Map<string, BatchNews>()
  const findings: Finding[] = []
  const taken = new Set<string>()
  for (const line of chunk.lines) {
    const verdict = verdictOn(chunk, line, taken)
    const judged = judgedOf(chunk, line, verdict)
    const { merchant, batch, result } = judged
    if (verdict.settles !== null) taken.add(verdict.settles)
    lines.push(judged)
    bookLine(books, merchant, {
      gateway: chunk.gateway,
      account: chunk.account,
      line,
      batch,
      result,
      ours: oursOf(line, verdict),
      accrued: accruedOf(chunk, line, verdict),
    })
    addToBatch(batches, judged)
    const finding = findingOf(chunk, line, merchant, verdict)
    if (finding !== null) findings.push(finding)
  }
  return { lines, books, batches, findings }
}

/** What was booked as cost with the capture: of its own line only, for what the gateway charged it keeps also where the capture is undone. */
const accruedOf = (chunk: Chunk, line: StatementLine, { about, result }: Verdict): bigint =>
  about === null || result === 'duplicate' || line.kind !== 'capture' ? 0n : (chunk.accrued.get(about.id) ?? 0n)

/** What a line is about, and how it compares. */
export interface Verdict {
  readonly result: LineResult
  readonly about: Candidate | null
  /** What it settles; null for nothing. */
  readonly settles: string | null
}

/** Judges one line by the candidates that there are. */
export const verdictOn = (
  { candidates, tolerances }: Pick<Chunk, 'candidates' | 'tolerances'>,
  line: StatementLine,
  taken: ReadonlySet<string>,
): Verdict => {
  if (!isOfBuyer(line.kind)) return line.kind === 'adjustment' ? MISSING : BOOKED
  const about = candidateFor(line, candidates, taken, tolerances.days)
  if (about === null || !isBooked(line, about, candidates)) return MISSING
  const settles = settlesOf(line, about.id)
  if (taken.has(settles) || candidates.settled.has(settles)) return { result: 'duplicate', about, settles: null }
  if (isDispute(line.kind)) return { result: 'matched', about, settles }
  const difference = differenceOf(line, about)
  if (difference !== null && (difference < 0n ? -difference : difference) > tolerances.amount)
    return { result: 'amount_differs', about, settles }
  const far = Math.abs(line.occurredAt - about.createdAt) > (tolerances.days + 1) * DAY_MS
  return { result: far ? 'timing' : 'matched', about, settles }
}

const MISSING: Verdict = Object.freeze({ result: 'missing_here', about: null, settles: null })
const BOOKED: Verdict = Object.freeze({ result: 'booked', about: null, settles: null })

/** An amount with the sign that a kind of line has. */
const signed = ({ kind }: StatementLine, amount: bigint): bigint =>
  kind === 'refund' || kind === 'capture_undone' ? -amount : amount

/** What our books have of a matched line, with its sign; null where a line is not compared. */
const oursOf = (line: StatementLine, { about, result }: Verdict): { amount: bigint; currency: string } | null => {
  if (about === null || result === 'duplicate' || isDispute(line.kind)) return null
  return { amount: signed(line, amountOf(about)), currency: about.currency }
}

/** Theirs less ours, in the currency that the buyer paid in; null where the source does not tell it in that currency. */
const differenceOf = (line: StatementLine, about: Candidate): bigint | null => {
  const currency = line.presentment?.currency ?? line.currency
  return currency === about.currency ? signed(line, wanted(line) - amountOf(about)) : null
}

const judgedOf = (chunk: Chunk, line: StatementLine, { result, about, settles }: Verdict): JudgedLine => ({
  line,
  settles: settles ?? settlesNothing(line),
  result,
  merchant: about === null || settles === null ? chunk.merchant : about.merchant,
  batch: line.references.batch ?? (isPayout(line) ? line.id : null),
  rest: isOdd(result) ? restOf(line) : null,
})

/** What of a line is kept only where somebody may look at it. */
export const restOf = ({ references, presentment, text }: StatementLine): LineRest => ({
  references,
  presentment: presentment === null ? null : { ...presentment, amount: presentment.amount.toString() },
  text,
})

/** A line that did not simply fit, as it is stored. */
export const oddLineRow = (source: string, { line, result, merchant, batch, rest }: JudgedLine): OddLineRow => ({
  source,
  id: line.id,
  line: line.line,
  kind: line.kind,
  currency: line.currency,
  gross: line.gross,
  fee: line.fee,
  net: line.net,
  batch,
  occurredAt: line.occurredAt,
  valueAt: line.valueAt,
  rest: rest ?? restOf(line),
  result,
  merchant,
  version: 1,
})

/** A stored line as it was read. */
export const lineOf = (row: OddLineRow): StatementLine => ({
  is: 'line',
  line: row.line,
  id: row.id,
  kind: row.kind,
  currency: row.currency,
  gross: row.gross,
  fee: row.fee,
  net: row.net,
  presentment: row.rest.presentment ? { ...row.rest.presentment, amount: BigInt(row.rest.presentment.amount) } : null,
  references: row.rest.references,
  occurredAt: row.occurredAt,
  valueAt: row.valueAt,
  text: row.rest.text,
})

const addToBatch = (batches: Map<string, BatchNews>, { line, batch, merchant }: JudgedLine): void => {
  const { currency, net, valueAt } = line
  if (batch === null) return
  const key = `${batch}\0${currency}`
  let news = batches.get(key)
  if (news === undefined) {
    news = { batch, currency, lines: 0, net: 0n, paid: null, valueAt, parts: new Map() }
    batches.set(key, news)
  }
  if (valueAt > news.valueAt) news.valueAt = valueAt
  if (isPayout(line)) {
    news.paid = (news.paid ?? 0n) - net
    return
  }
  news.lines += 1
  news.net += net
  news.parts.set(merchant, (news.parts.get(merchant) ?? 0n) + net)
}

const findingOf = (chunk: Chunk, line: StatementLine, merchant: string, { about, result }: Verdict): Finding | null => {
  if (result === 'matched' || result === 'booked' || result === 'timing') return null
  const { currency } = line
  const base = {
    about: `line/${line.id}`,
    kind: result,
    merchant,
    currency,
    theirs: line.gross,
    line: line.id,
    attempt: about?.id ?? null,
    payment: about?.payment ?? null,
  }
  const say = (amount: bigint): string => `${formatAmount(amount, currency)} ${currency}`
  if (result === 'amount_differs' && about !== null) {
    const ours = signed(line, amountOf(about))
    const difference = differenceOf(line, about) ?? 0n
    const why = `line ${line.line} says ${formatAmount(ours + difference, about.currency)} ${about.currency} where ${about.id} moved ${formatAmount(ours, about.currency)}`
    const posting = differencePosting(chunk, about.currency, difference)
    return {
      ...base,
      kind: result,
      currency: about.currency,
      ours,
      theirs: ours + difference,
      why,
      suggestion: suggested(posting, 'what the gateway settled is what there is: the difference is a cost'),
    }
  }
  const nobodys = suspense(currency)
  const owed = receivable(chunk.gateway, chunk.account, currency)
  const posting = { debit: nobodys, credit: owed, amount: line.gross, currency, phase: 'posted' as const }
  const back = line.gross < 0n ? { ...posting, debit: owed, credit: nobodys, amount: -line.gross } : posting
  const what = result === 'duplicate' ? `settles ${about?.id} a second time` : `is about nothing that we know`
  const why = `line ${line.line} (${line.kind}, ${say(line.gross)}) ${what}: its money stands in ${nobodys.account}`
  const hint =
    result === 'duplicate'
      ? 'where the gateway takes it back'
      : 'where the gateway takes it back, or books what it is about later'
  return { ...base, kind: result, ours: null, why, suggestion: suggested(back, hint) }
}
