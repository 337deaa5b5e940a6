import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { appendEvent } from '../events/index.ts'
import { createIds, systemRandom } from '../kernel/index.ts'
import { memoryStorage } from '../memory/index.ts'
import { type AnyTable, keyText, type Posting } from '../records/index.ts'
import { accounts, entries, events, type Storage } from '../storage/index.ts'
import {
  capturePostings,
  costPostings,
  transactionDigest as digestOf,
  holdPostings,
  type LedgerProblemKind,
  ledgerEvents,
  ledgerTransaction,
  ledgerTransactions,
  refundPostings,
  releasePostings,
  verifyLedger,
} from './index.ts'

type Cells = Record<string, unknown>
type Tables = Record<string, Cells[]>
const TABLES: readonly AnyTable[] = [accounts, ledgerTransactions, entries, events]

/** Books a few days of two merchants in the memory storage, and gives its rows. */
const makeBooks = async (): Promise<{ storage: Storage; tables: Tables }> => {
  const storage = memoryStorage()
  const at = { gateway: 'sandbox', account: 'main' }
  const ids = createIds({ now: () => 1 }, systemRandom)
  let clock = 1000
  const changes = (merchant: string, subject: string, all: readonly (readonly Posting[])[]) =>
    all.map((postings, i) => {
      clock += 1
      const reference = `${subject}/${i}`
      const about = { merchant, reference, subject, type: 't', effectiveAt: 5, metadata: { order: `${i}` } }
      const { guards, digest } = ledgerTransaction({ ...about, postings, recordedAt: clock })
      const id = ids.make('evt')
      const event = { merchant, subject, version: i + 1, id, type: 't', at: clock, data: {}, ledger: digest }
      return { guards, effects: [appendEvent(event)] }
    })
  for (const merchant of ['mer_1', 'mer_2']) {
    for (const [n, currency] of ['EUR', 'JPY', 'EUR'].entries()) {
      const own = { ...at, currency }
      const amount = 1000n + BigInt(n)
      const shares = [
        { beneficiary: null, amount },
        { beneficiary: 'ann', amount: 100n },
      ]
      const all = changes(merchant, `pay_${merchant}_${n}`, [
        holdPostings({ ...own, shares }),
        capturePostings({ ...own, held: true, shares: [{ beneficiary: null, amount: 600n, fee: 20n }] }),
        releasePostings({ ...own, shares: [{ beneficiary: null, amount: amount - 600n }] }),
        refundPostings({ ...own, shares: [{ beneficiary: null, amount: 50n }] }),
        costPostings({ ...own, amount: 3n }),
      ])
      const outcomes = await storage.commit({ id: ids.make('bat'), at: clock, changes: all })
      expect(outcomes.every(({ committed }) => committed)).toBe(true)
    }
  }
  const tables: Tables = {}
  for (const table of TABLES) {
    const rows: Cells[] = []
    for await (const page of storage.scan(table, { index: 'key', equals: {} })) rows.push(...(page as Cells[]))
    tables[table.name] = rows.map((row) => ({ ...row }))
  }
  return { storage, tables }
}

/** A storage whose rows somebody can reach. */
const reader = (tables: Tables): Pick<Storage, 'scan' | 'load' | 'find'> => {
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

let clean: Tables
beforeAll(async () => {
  clean = (await makeBooks()).tables
})
const copy = (): Tables =>
  Object.fromEntries(Object.entries(clean).map(([name, rows]) => [name, rows.map((row) => ({ ...row }))]))

const check = async (tables: Tables, merchant?: string) => {
  const storage = reader(tables)
  const report = await verifyLedger(storage, merchant, { events: ledgerEvents(storage, merchant) })
  expect(report.ok).toBe(report.problemCount === 0)
  return report
}
const kinds = async (tables: Tables): Promise<LedgerProblemKind[]> => [
  ...new Set((await check(tables)).problems.map(({ kind }) => kind)),
]
const nth = (rows: Cells[] | undefined, at: number): Cells => {
  const row = rows?.[at]
  if (row === undefined) throw new Error(`no row ${at}`)
  return row
}

const OTHER: Record<string, string> = { debit: 'credit', credit: 'debit', posted: 'pending', pending: 'posted' }

/** Where the first or last entry of the merchant's pending euros is. */
const pendingEntry = (tables: Tables, merchant: string, which: 'first' | 'last'): number => {
  const is = (row: Cells) => row.account === 'merchant/pending/EUR' && row.merchant === merchant
  const at = which === 'first' ? tables.entries?.findIndex(is) : tables.entries?.findLastIndex(is)
  return at ?? -1
}

describe('books that nobody touched', () => {
  test('verify, whole and by merchant', async () => {
    const { storage } = await makeBooks()
    const report = await verifyLedger(storage, undefined, { events: ledgerEvents(storage) })
    expect(report).toEqual({
      ok: true,
      checked: { accounts: 20, transactions: 30, entries: 84, events: 30 },
      problems: [],
      problemCount: 0,
    })
    expect(await check(clean, 'mer_2')).toMatchObject({
      ok: true,
      checked: { accounts: 10, transactions: 15, entries: 42, events: 15 },
    })
    expect(await verifyLedger(memoryStorage())).toMatchObject({ ok: true })
  })

  test('verify while money moves, up to an instant', async () => {
    const before = 1020
    const early = copy() // transactions were read before the newest commits, everything else after them
    early.ledger_transactions = early.ledger_transactions?.filter((row) => (row.recordedAt as number) < before) ?? []
    expect(await verifyLedger(reader(early), undefined, { before })).toMatchObject({ ok: true })
    expect(await verifyLedger(reader(early))).toMatchObject({ ok: false })
  })

  test('verify when accounts moved on after they were read', async () => {
    const tables = copy()
    const fresh = reader(tables)
    const storage: typeof fresh = {
      ...fresh,
      scan: (table: AnyTable, query: never) =>
        table.name === 'accounts' ? reader({ accounts: [] }).scan(table, query) : fresh.scan(table, query),
    } as typeof fresh
    expect(await verifyLedger(storage)).toMatchObject({ ok: true })
  })
})

describe('tampering shows', () => {
  test('whichever row is deleted', async () => {
    for (const table of TABLES) {
      for (const at of clean[table.name]?.keys() ?? []) {
        const tables = copy()
        tables[table.name]?.splice(at, 1)
        expect(await check(tables), `${table.name} ${at}`).toMatchObject({ ok: false })
      }
    }
  })

  test('whichever row is there twice under another key', async () => {
    const elsewhere: Record<string, (row: Cells) => Cells> = {
      accounts: (row) => ({ ...row, account: `${row.account}X` }),
      entries: (row) => ({ ...row, version: (row.version as number) + 1000 }),
      ledger_transactions: (row) => ({ ...row, reference: `${row.reference}X` }),
      events: (row) => ({ ...row, version: (row.version as number) + 1000 }),
    }
    for (const table of TABLES) {
      const tables = copy()
      const rows = tables[table.name]
      const added = elsewhere[table.name]?.(nth(rows, 3)) ?? {}
      rows?.push(added)
      rows?.sort((a, b) => (keyText(table.key, a) < keyText(table.key, b) ? -1 : 1))
      expect(await check(tables), table.name).toMatchObject({ ok: false })
    }
  })

  test('whichever cell is changed', async () => {
    const change = (value: unknown): unknown => {
      if (typeof value === 'bigint') return value + 1n
      if (typeof value === 'number') return value + 1
      if (typeof value === 'string') return OTHER[value] ?? `${value}X`
      if (value instanceof Uint8Array) return value.map((byte) => byte ^ 1)
      return [['a/EUR', 'b/EUR', '1', 'EUR', 'posted']]
    }
    const unprotected = ['floor'] // says what commands may do, not what happened
    for (const table of [accounts, entries, ledgerTransactions]) {
      for (const name of Object.keys(table.columns)) {
        if (unprotected.includes(name)) continue
        for (const at of [0, 4, 11]) {
          const tables = copy()
          const row = nth(tables[table.name], at)
          row[name] = change(row[name])
          expect(await check(tables), `${table.name}.${name} ${at}`).toMatchObject({ ok: false })
        }
      }
    }
  })

  test('whatever several rows are changed together', async () => {
    const place = fc.record({ table: fc.constantFrom('accounts', 'entries', 'ledger_transactions'), at: fc.nat(17) })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(place, { minLength: 1, maxLength: 4, selector: (p) => p.table + p.at }),
        async (places) => {
          const tables = copy()
          for (const { table, at } of [...places].sort((a, b) => b.at - a.at)) tables[table]?.splice(at, 1)
          expect(await check(tables)).toMatchObject({ ok: false })
        },
      ),
      { numRuns: 50 },
    )
  })

  test('also when a transaction was changed together with its digest: its event disagrees', async () => {
    const tables = copy()
    const forged = ledgerTransaction({
      merchant: 'mer_1',
      reference: 'pay_mer_1_0/4',
      subject: 'pay_mer_1_0',
      type: 't',
      effectiveAt: 6, // the business date was moved
      metadata: { order: '4' },
      postings: costPostings({ gateway: 'sandbox', account: 'main', currency: 'EUR', amount: 3n }),
      recordedAt: 1005,
    })
    const row = tables.ledger_transactions?.find(({ reference }) => reference === 'pay_mer_1_0/4') ?? {}
    Object.assign(row, { effectiveAt: 6, digest: forged.digest })
    expect(await verifyLedger(reader(tables))).toMatchObject({ ok: true })
    expect(await kinds(tables)).toEqual(['event_missing', 'event_unexpected'])
  })

  test('malformed postings are reported, not tripped over', async () => {
    for (const postings of [
      null,
      {},
      'x',
      [],
      [1],
      [['a/EUR', 'b/EUR', '-1', 'EUR', 'posted']],
      [['a', 'b', '01', 'EUR', 'posted']],
    ]) {
      const tables = copy()
      nth(tables.ledger_transactions, 2).postings = postings
      expect(await kinds(tables)).toContain('transaction_malformed')
    }
  })
})

describe('a problem is named', () => {
  test.each<[string, LedgerProblemKind[], (tables: Tables) => void]>([
    [
      'a changed amount',
      ['transaction_digest', 'entry_missing', 'entry_unexpected'],
      (tables) => {
        nth(tables.ledger_transactions, 0).postings = [
          ['gateway/sandbox/main/receivable/EUR', 'merchant/pending/EUR', '9', 'EUR', 'pending'],
        ]
      },
    ],
    [
      'changed metadata',
      ['transaction_digest'],
      (tables) => {
        nth(tables.ledger_transactions, 0).metadata = { order: '8' }
      },
    ],
    [
      'a counter',
      ['account_counters'],
      (tables) => {
        nth(tables.accounts, 0).debitsPosted = 1n
      },
    ],
    [
      'a balance',
      ['entry_balance'],
      (tables) => {
        nth(tables.entries, pendingEntry(tables, 'mer_2', 'last')).balance = 1n
      },
    ],
    [
      'a transaction without entries',
      ['entry_missing', 'event_missing'],
      (tables) => {
        const row = nth(tables.ledger_transactions, 1)
        const postings = [['a/EUR', 'b/EUR', '1', 'EUR', 'posted']] as const
        const forged = { ...row, reference: 'zzz', postings } as never
        tables.ledger_transactions?.push({ ...(forged as Cells), digest: digestOf(forged) })
      },
    ],
    [
      'an account without a row',
      ['account_missing', 'entry_missing', 'entry_unexpected', 'not_zero'],
      (tables) => {
        tables.accounts?.splice(0, 1)
      },
    ],
    [
      'the newest entry gone',
      ['entry_order', 'not_zero', 'entry_missing'],
      (tables) => {
        tables.entries?.splice(pendingEntry(tables, 'mer_2', 'last'), 1)
      },
    ],
    [
      'an event for a transaction that is not there',
      ['event_unexpected'],
      (tables) => {
        tables.events?.push({ ...nth(tables.events, 0), subject: 'pay_x', ledger: new Uint8Array(32).fill(9) })
      },
    ],
    [
      'an event twice',
      ['event_unexpected'],
      (tables) => {
        tables.events?.push({ ...nth(tables.events, 0), version: 99 })
      },
    ],
  ])('%s', async (_, expected, tamper) => {
    const tables = copy()
    tamper(tables)
    expect((await kinds(tables)).sort()).toEqual([...expected].sort())
  })

  test('with account, transaction and version', async () => {
    const tables = copy()
    const at = pendingEntry(tables, 'mer_1', 'first') + 2
    const removed = nth(clean.entries, at)
    tables.entries?.splice(at, 1)
    const { problems } = await check(tables)
    expect(problems).toContainEqual(
      expect.objectContaining({
        kind: 'entry_missing',
        merchant: removed.merchant,
        account: removed.account,
        transaction: removed.transaction,
      }),
    )
    expect(problems).toContainEqual(
      expect.objectContaining({
        kind: 'entry_order',
        account: removed.account,
        version: (removed.version as number) + 1,
      }),
    )
  })

  test('and the list of them has an end', async () => {
    const tables = copy()
    for (const row of tables.entries ?? []) row.amount = 1_000_000n
    const report = await verifyLedger(reader(tables), undefined, { maxProblems: 5 })
    expect(report.problems).toHaveLength(5)
    expect(report.problemCount).toBeGreaterThan(50)
  })
})
