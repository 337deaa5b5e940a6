import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountRef, Phase, Posting, PostOp } from '../records/index.ts'
import type { AccountRow } from '../storage/index.ts'
import { accountKey, accountsOf, book } from './book.ts'

const cash: AccountRef = { account: 'cash/EUR', side: 'debit', floor: null }
const owed: AccountRef = { account: 'owed/EUR', side: 'credit', floor: 0n }
const fees: AccountRef = { account: 'fees/EUR', side: 'credit', floor: null }

const move = (debit: AccountRef, credit: AccountRef, amount: bigint, phase: Phase = 'posted'): Posting => ({
  debit,
  credit,
  amount,
  currency: 'EUR',
  phase,
})
let transactions = 0
const postOf = (...postings: Posting[]): PostOp => {
  transactions += 1
  return { op: 'post', merchant: 'mer_1', transaction: `tx${transactions}`, at: 7, postings }
}
const stored = (...rows: AccountRow[]): ReadonlyMap<string, AccountRow> =>
  new Map(rows.map((row) => [accountKey(row.merchant, row.account), row]))
const row = (ref: AccountRef, more: Partial<AccountRow> = {}): AccountRow => ({
  merchant: 'mer_1',
  currency: 'EUR',
  debitsPosted: 0n,
  creditsPosted: 0n,
  debitsPending: 0n,
  creditsPending: 0n,
  version: 0,
  ...ref,
  ...more,
})
const after = (booked: ReturnType<typeof book>, ref: AccountRef) =>
  booked.accounts.find(({ row: { account } }) => account === ref.account)

describe('book', () => {
  it('creates missing accounts and writes both sides of a posting with version and balance', () => {
    const booked = book([postOf(move(cash, owed, 500n))], new Map())
    expect(after(booked, cash)).toEqual({ row: row(cash, { debitsPosted: 500n, version: 1 }), fresh: true })
    expect(after(booked, owed)).toEqual({ row: row(owed, { creditsPosted: 500n, version: 1 }), fresh: true })
    expect(booked.entries).toMatchObject([
      {
        account: 'cash/EUR',
        side: 'debit',
        phase: 'posted',
        amount: 500n,
        balance: 500n,
        pending: 0n,
        version: 1,
        at: 7,
      },
      { account: 'owed/EUR', side: 'credit', phase: 'posted', amount: 500n, balance: 500n, pending: 0n, version: 1 },
    ])
  })

  it('continues the versions and counters of a stored account, and leaves the given row alone', () => {
    const before = row(owed, { creditsPosted: 100n, version: 4 })
    const booked = book([postOf(move(owed, fees, 30n)), postOf(move(owed, fees, 20n))], stored(before))
    expect(after(booked, owed)).toEqual({
      row: { ...before, debitsPosted: 50n, version: 6 },
      fresh: false,
    })
    expect(booked.entries.filter(({ account }) => account === owed.account)).toMatchObject([
      { version: 5, balance: 70n },
      { version: 6, balance: 50n },
    ])
    expect(before.debitsPosted).toBe(0n)
  })

  it('touches a hot account once, however many posts name it', () => {
    const booked = book(
      Array.from({ length: 100 }, () => postOf(move(cash, owed, 1n))),
      new Map(),
    )
    expect(booked.accounts).toHaveLength(2)
    expect(after(booked, owed)?.row).toMatchObject({ creditsPosted: 100n, version: 100 })
  })

  it('holds with pending, makes a hold final with settled, and releases it with voided', () => {
    const booked = book(
      [
        postOf(move(cash, owed, 500n, 'pending')),
        postOf(move(cash, owed, 300n, 'settled')),
        postOf(move(cash, owed, 200n, 'voided')),
      ],
      new Map(),
    )
    expect(after(booked, cash)?.row).toMatchObject({ debitsPosted: 300n, debitsPending: 0n })
    expect(booked.entries.filter(({ account }) => account === cash.account)).toMatchObject([
      { balance: 0n, pending: 500n },
      { balance: 300n, pending: 200n },
      { balance: 300n, pending: 0n },
    ])
  })

  it('refuses a post that would end below a floor, whole, and books the others as if it had not been there', () => {
    const booked = book(
      [
        postOf(move(owed, fees, 60n)),
        postOf(move(cash, fees, 5n), move(owed, fees, 60n)),
        postOf(move(owed, fees, 40n)),
      ],
      stored(row(owed, { creditsPosted: 100n, version: 1 })),
    )
    expect(booked.losers).toEqual([{ index: 1, account: 'owed/EUR' }])
    expect(after(booked, owed)?.row).toMatchObject({ debitsPosted: 100n, version: 3 })
    expect(after(booked, fees)?.row).toMatchObject({ creditsPosted: 100n, version: 2 })
    expect(after(booked, cash)).toBeUndefined()
    expect(booked.entries.map(({ version }) => version)).toEqual([2, 1, 3, 2])
  })

  it('counts holds against a floored account as gone, and holds in its favour as not there yet', () => {
    const accounts = stored(row(owed, { creditsPosted: 100n, version: 1 }))
    const held = postOf(move(owed, fees, 80n, 'pending'))
    expect(book([held, postOf(move(owed, fees, 21n))], accounts).losers).toHaveLength(1)
    expect(book([held, postOf(move(owed, fees, 20n))], accounts).losers).toHaveLength(0)
    expect(book([held, postOf(move(owed, fees, 80n, 'settled'))], accounts).losers).toHaveLength(0)
    const coming = postOf(move(cash, owed, 50n, 'pending'))
    expect(book([coming, postOf(move(owed, fees, 101n))], accounts).losers).toHaveLength(1)
  })

  it('judges a post by where it ends, not by its steps', () => {
    expect(book([postOf(move(owed, fees, 10n), move(cash, owed, 10n))], new Map()).losers).toHaveLength(0)
  })

  it('judges it by where it began, too, also where the account is named without its floor first', () => {
    const overdrawn = stored(row(owed, { debitsPosted: 1n, version: 1 }))
    const through = postOf(move(cash, { ...owed, floor: null }, 78n), move(owed, fees, 78n))
    expect(book([through], overdrawn).losers).toEqual([])
  })

  it('lets an account that is below its floor rise', () => {
    const overdrawn = stored(row(owed, { debitsPosted: 100n, version: 1 }))
    expect(book([postOf(move(cash, owed, 10n))], overdrawn).losers).toHaveLength(0)
    expect(book([postOf(move(owed, fees, 1n))], overdrawn).losers).toHaveLength(1)
  })

  it('books a reported fact, which names no floor, below zero', () => {
    const booked = book([postOf(move({ ...owed, floor: null }, cash, 25n))], stored(row(owed)))
    expect(booked.losers).toEqual([])
    expect(booked.entries[0]).toMatchObject({ account: 'owed/EUR', balance: -25n })
  })

  it.each([
    ['an amount of zero', move(cash, owed, 0n)],
    ['a negative amount', move(cash, owed, -1n)],
    ['settling more than is pending', move(cash, owed, 1n, 'settled')],
    ['voiding more than is pending', move(cash, owed, 1n, 'voided')],
    ['another currency than the account has', { ...move(cash, fees, 1n), currency: 'USD' }],
    ['another side than the account has', move({ ...cash, side: 'credit' }, fees, 1n)],
  ])('reports %s as a bug', (_, posting) => {
    const accounts = stored(row(cash))
    expect(() => book([postOf(posting)], accounts)).toThrow(expect.objectContaining({ code: 'internal' }))
  })

  it('keeps the ledger balanced, entries dense and floors intact for any sequence of posts', () => {
    const refs = [cash, owed, fees, { account: 'bank/EUR', side: 'debit', floor: -50n } as const]
    const ref = fc.constantFrom(...refs)
    const posting = fc
      .record({
        debit: ref,
        credit: ref,
        amount: fc.bigInt(1n, 100n),
        phase: fc.constantFrom<Phase>('posted', 'pending'),
      })
      .map(({ debit, credit, amount, phase }) => move(debit, credit, amount, phase))
    const posts = fc.array(fc.array(posting, { minLength: 1, maxLength: 4 }), { maxLength: 30 })
    fc.assert(
      fc.property(posts, (all) => {
        const ops = all.map((postings) => postOf(...postings))
        const booked = book(ops, new Map())
        const lost = new Set(booked.losers.map(({ index }) => index))
        const won = ops.filter((_, index) => !lost.has(index))
        // Losers leave no trace: booking the winners alone gives the same.
        expect({ ...booked, losers: [] }).toEqual(book(won, new Map()))
        let net = 0n
        for (const { row: account } of booked.accounts) {
          net += account.debitsPosted - account.creditsPosted + account.debitsPending - account.creditsPending
          const own = booked.entries.filter((entry) => entry.account === account.account)
          expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => index + 1))
          expect(account.version).toBe(own.length)
          if (account.floor === null) continue
          const sign = account.side === 'debit' ? 1n : -1n
          const against = account.side === 'debit' ? account.creditsPending : account.debitsPending
          expect(sign * (account.debitsPosted - account.creditsPosted) - against >= account.floor).toBe(true)
        }
        expect(net).toBe(0n)
      }),
    )
  })
})

describe('accountsOf', () => {
  it('names every account once, in one order whatever the order of the posts', () => {
    const posts = [postOf(move(cash, owed, 1n)), postOf(move(fees, cash, 1n))]
    const keys = ['cash/EUR', 'fees/EUR', 'owed/EUR'].map((account) => ({ merchant: 'mer_1', account }))
    expect(accountsOf(posts)).toEqual(keys)
    expect(accountsOf(posts.toReversed())).toEqual(keys)
  })
})
