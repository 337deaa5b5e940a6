import { bankAccount, gatewayCosts, gatewayTransit, suspense } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  type BatchPartRow,
  type BatchRow,
  Books,
  type Finding,
  gatewayBatches,
  gatewayBatchParts,
  type LineRow,
  type RunRow,
  reconciliationSources,
  restOf,
  type SourceRow,
  settlesNothing,
  sourceOf,
  suggested,
} from '../../reconciliation/index.ts'
import type { Guard } from '../../records/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { setBatch } from './batches.ts'
import { bookingOf } from './book.ts'
import { findingsChange } from './findings.ts'
import type { DecidedPart } from './part.ts'

const DAY_MS = 86_400_000
const MOST_WAITING = 1_000 // batches of one source and currency that are looked through for a credit that names none

/** A gateway's batches with whose books its remainder stands in. */
export interface WaitingBatch {
  readonly row: BatchRow
  readonly gateway: string
  readonly account: string
  /** In whose books stands what no line of the batch accounts for. */
  readonly merchant: string
  readonly toleratedAmount: bigint
}

/** What the gateway has sent, or will have by what its lines say. */
export const batchTotal = ({ net, paid }: Pick<BatchRow, 'net' | 'paid'>): bigint => paid ?? net

/** Batches that the bank has not shown, of all gateways, that credits with these names, amounts and dates can be. */
export const loadWaiting = async (
  { storage }: FlowContext,
  lines: readonly StatementLine[],
  days: number,
): Promise<readonly WaitingBatch[]> => {
  const currencies = new Set(lines.map(({ currency }) => currency))
  const oldest = lines.reduce((at, { valueAt }) => Math.min(at, valueAt), Number.POSITIVE_INFINITY) - days * DAY_MS
  const newest = lines.reduce((at, { valueAt }) => Math.max(at, valueAt), 0) + days * DAY_MS
  const found = new Map<string, WaitingBatch>()
  const names = [...new Set(lines.flatMap(({ references: { batch, endToEnd } }) => [batch ?? '', endToEnd ?? '']))]
  const values = names.filter((name) => name !== '')
  const columns = Object.keys(gatewayBatches.columns) as (keyof BatchRow)[]
  const named = await lookUp(storage, gatewayBatches, { index: 'name', equals: {}, values, columns })
  for await (const sources of storage.scan(reconciliationSources, { index: 'key', equals: {} })) {
    for (const { source, merchant, toleratedAmount } of sources) {
      const is = sourceOf(source)
      if (is === null || 'bank' in is) continue
      const take = (row: BatchRow): void => {
        if (row.waiting === null) return
        found.set(`${row.source}\0${row.batch}\0${row.currency}`, { row, ...is, merchant, toleratedAmount })
      }
      for (const row of named) if (row.source === source) take(row)
      for (const currency of currencies) {
        const equals = { waiting: source, currency }
        const range = { from: Math.max(0, oldest), to: newest, limit: MOST_WAITING }
        const page = await storage.find(gatewayBatches, { index: 'waiting', equals, ...range })
        page.rows.forEach(take)
      }
    }
  }
  return [...found.values()]
}

/**
 * Which batches a line of the bank shows: the one that it names; the only one of its amount; or the oldest ones of one gateway account that
 * make up its amount together.
 */
export const batchesFor = (
  line: StatementLine,
  waiting: readonly WaitingBatch[],
  taken: ReadonlySet<BatchRow>,
  tolerated: bigint,
): readonly WaitingBatch[] => {
  const { references, text, currency, net } = line
  const free = waiting.filter(({ row }) => row.currency === currency && !taken.has(row))
  const named = free.filter(
    ({ row: { batch } }) =>
      batch === references.batch || batch === references.endToEnd || (batch.length >= LONG && text.includes(batch)),
  )
  if (named.length > 0) return named
  const same = free.filter(({ row }) => near(batchTotal(row), net, tolerated))
  if (same.length > 0) return same.length === 1 ? same : []
  return togetherFor(net, free)
}

const LONG = 6 // a shorter name may stand in a text by chance

const near = (one: bigint, other: bigint, tolerated: bigint): boolean => {
  const difference = one - other
  return (difference < 0n ? -difference : difference) <= tolerated
}

const togetherFor = (net: bigint, free: readonly WaitingBatch[]): readonly WaitingBatch[] => {
  const bySource = new Map<string, WaitingBatch[]>()
  for (const one of free) bySource.set(one.row.source, [...(bySource.get(one.row.source) ?? []), one])
  for (const all of bySource.values()) {
    const sorted = [...all].sort((a, b) => a.row.valueAt - b.row.valueAt)
    let sum = 0n
    for (const [i, { row }] of sorted.entries()) {
      sum += batchTotal(row)
      if (sum === net && i > 0) return sorted.slice(0, i + 1)
    }
  }
  return []
}

/** What batches that the bank has shown move: out of transit, by whose money it is. */
export const bookBatches = async (
  { storage }: FlowContext,
  books: Books,
  bank: string,
  batches: readonly WaitingBatch[],
): Promise<void> => {
  for (const { row, gateway, account, merchant } of batches) {
    const { source, batch, currency } = row
    const to = bankAccount(bank, currency)
    const transit = gatewayTransit(gateway, account, currency)
    for await (const parts of storage.scan(gatewayBatchParts, { index: 'key', equals: { source, batch, currency } })) {
      for (const part of parts as readonly BatchPartRow[]) books.move(part.merchant, to, transit, part.net, currency)
    }
    books.move(merchant, to, transit, row.remainder, currency)
  }
}

/** Decides about a part of a bank's file. */
export const bankChunk = async (
  context: FlowContext,
  bank: string,
  source: SourceRow,
  run: RunRow,
  lines: readonly StatementLine[],
): Promise<DecidedPart> => {
  if (lines.length === 0) return { rows: [], change: { guards: [], effects: [] } }
  const waiting = await loadWaiting(context, lines, source.toleratedDays)
  const books = new Books()
  const taken = new Set<BatchRow>()
  const rows: LineRow[] = []
  const findings: Finding[] = []
  const guards: Guard[] = []
  for (const line of lines) {
    const shown = batchesFor(line, waiting, taken, source.toleratedAmount)
    for (const { row } of shown) {
      taken.add(row)
      guards.push(setBatch(row, { waiting: null, bank: source.source, bankLine: line.id }))
    }
    const row = await bookBankLine(context, books, { bank, source, run, line, shown })
    rows.push(row)
    const finding = bankFinding(bank, source, line, row, shown)
    if (finding !== null) findings.push(finding)
  }
  const first = lines[0]?.line ?? 0
  const booking = bookingOf(context, books.postings(), {
    reference: `${run.id}/${first}`,
    type: 'reconciliation',
    effectiveAt: rows.reduce((newest, { valueAt }) => Math.max(newest, valueAt), 0),
    metadata: { source: source.source, lines: `${first}-${lines.at(-1)?.line ?? first}`, count: String(rows.length) },
  })
  const found = await findingsChange(context, source.source, findings, [])
  const change = {
    guards: [...guards, ...booking.guards, ...found.guards],
    effects: [...booking.effects, ...found.effects],
  }
  return { rows, change }
}

interface BankLine {
  readonly bank: string
  readonly source: SourceRow
  readonly run: RunRow
  readonly line: StatementLine
  readonly shown: readonly WaitingBatch[]
}

const totalOf = (shown: readonly WaitingBatch[]): bigint =>
  shown.reduce((sum, { row }) => sum + row.net + row.remainder, 0n)

/** Books a line of a bank: its account has what the bank says in the end, and what does not fit is nobody's, or a tolerated cost. */
const bookBankLine = async (
  context: FlowContext,
  books: Books,
  { bank, source, run, line, shown }: BankLine,
): Promise<LineRow> => {
  const { currency, net } = line
  const account = bankAccount(bank, currency)
  const [first] = shown
  await bookBatches(context, books, bank, shown)
  const difference = net - totalOf(shown)
  const tolerated = first !== undefined && near(net, totalOf(shown), source.toleratedAmount)
  const other =
    tolerated && first !== undefined ? gatewayCosts(first.gateway, first.account, currency) : suspense(currency)
  books.move(source.merchant, account, other, difference, currency)
  const result = first === undefined ? 'missing_here' : tolerated ? 'matched' : 'amount_differs'
  return {
    source: source.source,
    id: line.id,
    settles: settlesNothing(line),
    run: run.id,
    line: line.line,
    kind: line.kind,
    currency,
    gross: line.gross,
    fee: line.fee,
    net,
    batch: line.references.batch,
    occurredAt: line.occurredAt,
    valueAt: line.valueAt,
    rest: restOf(line),
    result,
    merchant: source.merchant,
    version: 1,
  }
}

const bankFinding = (
  bank: string,
  source: SourceRow,
  line: StatementLine,
  row: LineRow,
  shown: readonly WaitingBatch[],
): Finding | null => {
  if (row.result === 'matched') return null
  const { currency, net } = line
  const [first] = shown
  const ours = first === undefined ? null : totalOf(shown)
  const base = {
    about: `line/${line.id}`,
    merchant: source.merchant,
    currency,
    ours,
    theirs: net,
    line: line.id,
    attempt: null,
    payment: null,
  }
  const nobodys = suspense(currency)
  const say = (amount: bigint): string => `${formatAmount(amount, currency)} ${currency}`
  if (first !== undefined && ours !== null) {
    const difference = net - ours
    const costs = gatewayCosts(first.gateway, first.account, currency)
    const [debit, credit] = difference < 0n ? [costs, nobodys] : [nobodys, costs]
    const amount = difference < 0n ? -difference : difference
    const why = `line ${line.line} of ${bank} shows ${say(net)} where batch ${shown.map(({ row: { batch } }) => batch).join(', ')} has ${say(ours)}`
    const posting = { debit, credit, amount, currency, phase: 'posted' as const }
    return {
      ...base,
      kind: 'amount_differs',
      why,
      suggestion: suggested(posting, 'a charge of the bank or the gateway'),
    }
  }
  const account = bankAccount(bank, currency)
  const [debit, credit] = net < 0n ? [account, nobodys] : [nobodys, account]
  const amount = net < 0n ? -net : net
  const why = `line ${line.line} of ${bank} (${say(net)}) is nothing that we wait for: its money stands in ${nobodys.account}`
  const posting = { debit, credit, amount, currency, phase: 'posted' as const }
  return {
    ...base,
    kind: 'missing_here',
    why,
    suggestion: suggested(posting, 'where the bank takes it back, or a file of a gateway explains it'),
  }
}
