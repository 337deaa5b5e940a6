import { appendEvent } from '../src/events/index.ts'
import { createIds, systemRandom } from '../src/kernel/index.ts'
import {
  capturePostings,
  costPostings,
  holdPostings,
  type LedgerProblemKind,
  type LedgerReport,
  ledgerEvents,
  ledgerTransaction,
  ledgerTransactions,
  refundPostings,
  releasePostings,
  verifyLedger,
} from '../src/ledger/index.ts'
import { memoryStorage } from '../src/memory/index.ts'
import type { AnyTable, Posting } from '../src/records/index.ts'
import { accounts, entries, events, type Storage } from '../src/storage/index.ts'

/** A row, for tests that change any column of it. */
export type Cells = Record<string, unknown>
/** The rows of the ledger's tables, by name, in the order of their keys. */
export type Tables = Record<string, Cells[]>
export const TABLES: readonly AnyTable[] = [accounts, ledgerTransactions, entries, events]

const ids = createIds({ now: () => 1 }, systemRandom)

/** Books one payment from hold to cost, in the given storage: five transactions, recorded from `from` on. */
export const bookPayment = async (
  storage: Storage,
  merchant: string,
  subject: string,
  currency: string,
  amount: bigint,
  from: number,
): Promise<void> => {
  const own = { gateway: 'sandbox', account: 'main', currency }
  const of = (part: bigint) => [{ beneficiary: null, amount: part }]
  const all: readonly (readonly Posting[])[] = [
    holdPostings({ ...own, shares: [...of(amount), { beneficiary: 'ann', amount: 100n }] }),
    capturePostings({ ...own, held: true, shares: [{ beneficiary: null, amount: 600n, fee: 20n }] }),
    releasePostings({ ...own, shares: of(amount - 600n) }),
    refundPostings({ ...own, shares: of(50n) }),
    costPostings({ ...own, amount: 3n }),
  ]
  const changes = all.map((postings, i) => {
    const about = { merchant, reference: `${subject}/${i}`, subject, type: 't', metadata: { order: `${i}` } }
    const at = from + i
    const { guards, digest } = ledgerTransaction({ ...about, postings, effectiveAt: 5, recordedAt: at })
    const event = { merchant, subject, version: i + 1, id: ids.make('evt'), type: 't', at, data: {}, ledger: digest }
    return { guards, effects: [appendEvent(event)] }
  })
  const outcomes = await storage.commit({ id: ids.make('bat'), at: from, changes })
  if (!outcomes.every(({ committed }) => committed)) throw new Error('the books were not written')
}

/** A few days of two merchants, booked in the memory storage, and its rows. */
export const makeBooks = async (): Promise<{ readonly storage: Storage; readonly tables: Tables }> => {
  const storage = memoryStorage()
  let clock = 1001
  for (const merchant of ['mer_1', 'mer_2']) {
    for (const [n, currency] of ['EUR', 'JPY', 'EUR'].entries()) {
      await bookPayment(storage, merchant, `pay_${merchant}_${n}`, currency, 1000n + BigInt(n), clock)
      clock += 5
    }
  }
  const tables: Tables = {}
  for (const table of TABLES) {
    const rows: Cells[] = []
    for await (const page of storage.scan(table, { index: 'key', equals: {} })) rows.push(...(page as Cells[]))
    tables[table.name] = rows
  }
  return { storage, tables }
}

/** Rows of one's own, to change. */
export const copyOf = (tables: Tables): Tables =>
  Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.map((row) => ({ ...row }))]))

/** What verification reads, over rows that somebody can reach. */
export const reader = (tables: Tables): Pick<Storage, 'scan' | 'load' | 'find'> => {
  const matching = (table: AnyTable, equals: Cells): Cells[] =>
    (tables[table.name] ?? []).filter((row) => Object.entries(equals).every(([name, value]) => row[name] === value))
  return {
    async *scan(table: AnyTable, { equals }: { equals: unknown }) {
      const rows = matching(table, equals as Cells)
      for (let i = 0; i < rows.length; i += 7) yield rows.slice(i, i + 7) as never
    },
    async load(table: AnyTable, keys: readonly unknown[]) {
      return keys.map((key) => matching(table, key as Cells)[0] as never)
    },
    async find(table: AnyTable, { equals }: { equals: unknown }) {
      return { rows: matching(table, equals as Cells) as never }
    },
  }
}

/** Verifies these rows, events included. */
export const check = (tables: Tables, merchant?: string): Promise<LedgerReport> => {
  const storage = reader(tables)
  return verifyLedger(storage, merchant, { events: ledgerEvents(storage, merchant) })
}

/** The kinds of problem that these rows have, sorted. */
export const kindsOf = async (tables: Tables): Promise<LedgerProblemKind[]> =>
  [...new Set((await check(tables)).problems.map(({ kind }) => kind))].sort()

/** The row of this index, which must be there. */
export const nth = (rows: Cells[] | undefined, at: number): Cells => {
  const row = rows?.[at]
  if (row === undefined) throw new Error(`no row ${at}`)
  return row
}
