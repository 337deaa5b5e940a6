import { beforeAll, describe, expect, test } from 'vitest'
import {
  bookPayment,
  type Cells,
  check,
  copyOf,
  kindsOf,
  makeBooks,
  nth,
  reader,
  type Tables,
} from '../../test/ledger-books.ts'
import { memoryStorage } from '../memory/index.ts'
import type { AnyTable } from '../records/index.ts'
import { entries, type Storage } from '../storage/index.ts'
import { transactionDigest as digestOf, type LedgerProblemKind, ledgerEvents, verifyLedger } from './index.ts'

let clean: Tables
beforeAll(async () => {
  clean = (await makeBooks()).tables
})

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
})

describe('while money moves', () => {
  /** The same storage, in which a payment is booked whenever a page is read: before its rows are, and after. */
  const busy = (storage: Storage): Storage => {
    let n = 0
    const book = () => bookPayment(storage, 'mer_1', `pay_new_${n++}`, n % 2 === 0 ? 'EUR' : 'USD', 1000n, 2000 + n)
    return {
      ...storage,
      async *scan(table: AnyTable, query: never) {
        await book()
        for await (const page of storage.scan(table, query)) {
          const half = Math.ceil(page.length / 2)
          yield page.slice(0, half) as never
          await book()
          yield page.slice(half) as never
        }
      },
    } as Storage
  }

  test('what is committed during the run is no problem', async () => {
    const storage = busy((await makeBooks()).storage)
    const report = await verifyLedger(storage, undefined, { events: ledgerEvents(storage) })
    expect(report.problems).toEqual([])
    expect(report.checked.entries).toBeGreaterThan(84)
  })

  test('what was wrong before is still found', async () => {
    const { storage } = await makeBooks()
    const [gone] = (await storage.find(entries, { index: 'key', equals: { merchant: 'mer_2' }, limit: 1 })).rows
    const lossy: Storage = {
      ...storage,
      async *scan(table: AnyTable, query: never) {
        for await (const page of storage.scan(table, query)) yield page.filter((row) => row !== gone) as never
      },
    } as Storage
    const { problems } = await verifyLedger(busy(lossy))
    const kinds = ['account_counters', 'entry_balance', 'entry_missing', 'entry_order', 'not_zero']
    expect(problems.map(({ kind }) => kind).sort()).toEqual(kinds)
    expect(problems.every(({ merchant }) => merchant === 'mer_2')).toBe(true)
  })

  test('an instant spares the comparison of what is newer', async () => {
    const storage = busy((await makeBooks()).storage)
    let reads = 0
    const counted: Storage = {
      ...storage,
      scan: (table: AnyTable, query: never) => {
        reads += 1
        return storage.scan(table, query)
      },
    } as Storage
    expect(await verifyLedger(counted, undefined, { before: 2000 })).toMatchObject({ ok: true })
    expect(reads).toBe(3)
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
    const tables = copyOf(clean)
    tamper(tables)
    expect(await kindsOf(tables)).toEqual([...expected].sort())
  })

  test('with account, transaction and version', async () => {
    const tables = copyOf(clean)
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
    const tables = copyOf(clean)
    for (const row of tables.entries ?? []) row.amount = 1_000_000n
    const report = await verifyLedger(reader(tables), undefined, { maxProblems: 5 })
    expect(report.problems).toHaveLength(5)
    expect(report.problemCount).toBeGreaterThan(50)
  })
})
