import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { receivable, suspense } from '../ledger/index.ts'
import { LINE_KINDS, type LineKind } from '../statements/index.ts'
import { Books } from './books.ts'
import { bookLine, isPayout } from './postings.ts'

const AT = { gateway: 'g', account: 'a' } as const
const amount = fc.bigInt(-1_000_000n, 1_000_000n)

/** What the postings leave on each account, debits less credits. */
const balances = (books: Books): ReadonlyMap<string, bigint> => {
  const found = new Map<string, bigint>()
  for (const postings of books.postings().values()) {
    for (const { debit, credit, amount } of postings) {
      expect(amount > 0n).toBe(true)
      found.set(debit.account, (found.get(debit.account) ?? 0n) + amount)
      found.set(credit.account, (found.get(credit.account) ?? 0n) - amount)
    }
  }
  return found
}

const OWED = receivable('g', 'a', 'EUR').account
const COSTS = 'gateway/g/a/costs/EUR'
const TRANSIT = 'gateway/g/a/transit/EUR'

describe('a line of a gateway is booked', () => {
  test('settling what was owed exactly: what the capture left of the receivable is gone, to transit and costs', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (gross, fee, accrued, ours) => {
        const books = new Books()
        const line = { kind: 'capture', currency: 'EUR', gross, fee, net: gross - fee } as const
        bookLine(books, 'm', {
          ...AT,
          line,
          batch: 'b',
          result: 'matched',
          ours: { amount: ours, currency: 'EUR' },
          accrued,
        })
        const found = balances(books)
        // A capture owed `ours`, of which `accrued` was booked as cost already.
        expect((found.get(OWED) ?? 0n) + ours - accrued).toBe(0n)
        expect(found.get(TRANSIT) ?? 0n).toBe(gross - fee)
        expect((found.get(COSTS) ?? 0n) + accrued).toBe(fee - (gross - ours))
      }),
    )
  })

  test('as nobody’s, it leaves nothing in the receivable: transit and costs stand against suspense', () => {
    fc.assert(
      fc.property(amount, amount, fc.constantFrom('missing_here', 'duplicate'), (gross, fee, result) => {
        const books = new Books()
        const line = { kind: 'capture', currency: 'EUR', gross, fee, net: gross - fee } as const
        bookLine(books, 'm', { ...AT, line, batch: 'b', result, ours: null, accrued: 0n })
        const found = balances(books)
        expect(found.get(OWED) ?? 0n).toBe(0n)
        expect(found.get(suspense('EUR').account) ?? 0n).toBe(-gross)
      }),
    )
  })

  test('an amount that differs leaves its difference in the receivable', () => {
    const books = new Books()
    const line = { kind: 'capture', currency: 'EUR', gross: 90n, fee: 0n, net: 90n } as const
    const ours = { amount: 100n, currency: 'EUR' }
    bookLine(books, 'm', { ...AT, line, batch: 'b', result: 'amount_differs', ours, accrued: 0n })
    expect(100n + (balances(books).get(OWED) ?? 0n)).toBe(10n)
  })

  test('in another currency, the one is settled by the other, and each currency adds up to nothing', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (gross, fee, accrued, ours) => {
        const books = new Books()
        const line = { kind: 'capture', currency: 'USD', gross, fee, net: gross - fee } as const
        bookLine(books, 'm', {
          ...AT,
          line,
          batch: null,
          result: 'matched',
          ours: { amount: ours, currency: 'EUR' },
          accrued,
        })
        const found = balances(books)
        expect((found.get(OWED) ?? 0n) + ours - accrued).toBe(0n)
        for (const currency of ['EUR', 'USD']) {
          const sum = [...found]
            .filter(([name]) => name.endsWith(`/${currency}`))
            .reduce((all, [, one]) => all + one, 0n)
          expect(sum).toBe(0n)
        }
      }),
    )
  })

  test('whatever its kind, a payout by its batch and not by itself', () => {
    const other: readonly LineKind[] = LINE_KINDS.filter((kind) => !isPayout({ kind }))
    expect(LINE_KINDS.length - other.length).toBe(2)
    for (const kind of LINE_KINDS) {
      const books = new Books()
      const line = { kind, currency: 'EUR', gross: -5n, fee: 0n, net: -5n } as const
      bookLine(books, 'm', { ...AT, line, batch: 'b', result: 'booked', ours: null, accrued: 0n })
      expect(balances(books).get(TRANSIT) ?? 0n).toBe(isPayout({ kind }) ? 0n : -5n)
      expect(balances(books).get(COSTS) ?? 0n).toBe(kind === 'fee' ? 5n : 0n)
    }
  })
})
