import { bankAccount, gatewayTransit } from '../../ledger/index.ts'
import {
  type BatchPartRow,
  type BatchRow,
  type Books,
  gatewayBatches,
  gatewayBatchParts,
  reconciliationSources,
  sourceOf,
} from '../../reconciliation/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'

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

/** Whether what the gateway says to have sent is booked: while its lines are being read, they say nothing of the whole. */
const isWhole = ({ row: { paid, net, remainder } }: WaitingBatch): boolean => paid !== null && paid - net === remainder

/**
 * Which batches a line of the bank shows: the one that it names; the only one of its amount; or the oldest ones of one gateway account that
 * make up its amount together. What is not known in whole is shown only by a line of its amount; others wait until all of it is read.
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
  if (named.length > 0) return named.every(isWhole) || near(bookedOf(named), net, tolerated) ? named : []
  const known = free.filter((one) => one.row.paid === null || isWhole(one))
  const same = known.filter(({ row }) => near(batchTotal(row), net, tolerated))
  if (same.length > 0) return same.length === 1 ? same : []
  return togetherFor(net, known)
}

/** What stands in transit of batches. */
const bookedOf = (batches: readonly WaitingBatch[]): bigint =>
  batches.reduce((sum, { row }) => sum + row.net + row.remainder, 0n)

const LONG = 6 // a shorter name may stand in a text by chance

/** Whether two amounts differ by no more than is tolerated. */
export const near = (one: bigint, other: bigint, tolerated: bigint): boolean => {
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
