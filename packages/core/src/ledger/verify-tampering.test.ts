import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Cells,
  check,
  copyOf,
  kindsOf,
  makeBooks,
  nth,
  reader,
  TABLES,
  type Tables,
} from '../../test/ledger-books.ts'
import { keyText } from '../records/index.ts'
import { accounts, entries } from '../storage/index.ts'
import { costPostings, ledgerTransaction, ledgerTransactions, verifyLedger } from './index.ts'

let clean: Tables
beforeAll(async () => {
  clean = (await makeBooks()).tables
})

const OTHER: Record<string, string> = { debit: 'credit', credit: 'debit', posted: 'pending', pending: 'posted' }

describe('tampering shows', () => {
  test('whichever row is deleted', async () => {
    for (const table of TABLES) {
      for (const at of clean[table.name]?.keys() ?? []) {
        const tables = copyOf(clean)
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
      const tables = copyOf(clean)
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
          const tables = copyOf(clean)
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
          const tables = copyOf(clean)
          for (const { table, at } of [...places].sort((a, b) => b.at - a.at)) tables[table]?.splice(at, 1)
          expect(await check(tables)).toMatchObject({ ok: false })
        },
      ),
      { numRuns: 50 },
    )
  })

  test('also when a transaction was changed together with its digest: its event disagrees', async () => {
    const tables = copyOf(clean)
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
    expect(await kindsOf(tables)).toEqual(['event_missing', 'event_unexpected'])
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
      const tables = copyOf(clean)
      nth(tables.ledger_transactions, 2).postings = postings
      expect(await kindsOf(tables)).toContain('transaction_malformed')
    }
  })
})
