import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Posting, PostOp } from '../records/index.ts'
import {
  balanceOf,
  book,
  capturePostings,
  captureUndonePostings,
  costPostings,
  holdPostings,
  refundPostings,
  refundUndonePostings,
  releasePostings,
} from './index.ts'

const at = { gateway: 'sandbox', account: 'main', currency: 'EUR' }
const gateway = 'gateway/sandbox/main/receivable/EUR'
const mine = 'merchant/pending/EUR'
const short = (postings: readonly Posting[]) =>
  postings.map(({ debit, credit, amount, phase }) => `${phase} ${amount} ${debit.account} > ${credit.account}`)
const whole = [{ beneficiary: null, amount: 1000n }]

/** The balances after booking these, one transaction after the other. */
const after = (...transactions: readonly (readonly Posting[])[]) => {
  const posts = transactions.map(
    (postings, i) => ({ op: 'post', merchant: 'mer_1', transaction: `t${i}`, at: i, postings }) as unknown as PostOp,
  )
  const { accounts } = book(posts, new Map())
  return new Map(accounts.map(({ row }) => [row.account, balanceOf(row)]))
}
const amounts = (books: ReturnType<typeof after>) =>
  Object.fromEntries([...books].map(([name, { posted, pending }]) => [name, [posted, pending]]))

describe('a hold', () => {
  test('reserves what the gateway will owe for each beneficiary', () => {
    const shares = [...whole, { beneficiary: 'ann', amount: 500n }, { beneficiary: 'bob', amount: 0n }]
    expect(short(holdPostings({ ...at, shares }))).toEqual([
      `pending 1000 ${gateway} > ${mine}`,
      `pending 500 ${gateway} > seller/ann/pending/EUR`,
    ])
  })

  test('ends without trace when it is released', () => {
    const books = after(holdPostings({ ...at, shares: whole }), releasePostings({ ...at, shares: whole }))
    expect(amounts(books)).toEqual({ [gateway]: [0n, 0n], [mine]: [0n, 0n] })
  })
})

describe('a capture', () => {
  test('makes its part of the hold final and leaves the rest', () => {
    const capture = capturePostings({ ...at, held: true, shares: [{ beneficiary: null, amount: 600n }] })
    expect(amounts(after(holdPostings({ ...at, shares: whole }), capture))).toEqual({
      [gateway]: [600n, 400n],
      [mine]: [600n, 400n],
    })
  })

  test('posts at once where nothing was held', () => {
    expect(short(capturePostings({ ...at, held: false, shares: whole }))).toEqual([`posted 1000 ${gateway} > ${mine}`])
  })

  test('beyond the hold posts the rest at once, because a gateway that did it has done it', () => {
    const shares = [{ beneficiary: null, amount: 1200n, fromHold: 1000n }]
    const capture = capturePostings({ ...at, held: true, shares })
    expect(short(capture)).toEqual([`settled 1000 ${gateway} > ${mine}`, `posted 200 ${gateway} > ${mine}`])
    expect(amounts(after(holdPostings({ ...at, shares: whole }), capture))[mine]).toEqual([1200n, 0n])
  })

  test('takes the fee as a posting of its own from each beneficiary', () => {
    const shares = [
      { beneficiary: null, amount: 1000n, fee: 30n },
      { beneficiary: 'ann', amount: 500n, fee: 0n },
    ]
    expect(short(capturePostings({ ...at, held: false, shares }))).toEqual([
      `posted 1000 ${gateway} > ${mine}`,
      `posted 500 ${gateway} > seller/ann/pending/EUR`,
      `posted 30 ${mine} > platform/fees/EUR`,
    ])
  })

  test('splits one fee over all shares, to the cent and never beyond a share', () => {
    const amount = fc.bigInt({ min: 0n, max: 10_000n })
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 5 }), fc.nat(1000), (parts, permille) => {
        const total = parts.reduce((sum, part) => sum + part, 0n)
        const fee = (total * BigInt(permille)) / 1000n
        const shares = parts.map((amount, i) => ({ beneficiary: `s${i}`, amount }))
        const postings = capturePostings({ ...at, held: false, shares, fee })
        const books = postings.length === 0 ? new Map() : after(postings)
        expect(books.get('platform/fees/EUR')?.posted ?? 0n).toBe(fee)
        for (const { side, posted } of books.values()) expect(posted >= 0n || side === 'debit').toBe(true)
      }),
    )
  })

  test('refuses a fee beyond the share, below zero, or given twice', () => {
    const fee = (fee: bigint) => () =>
      capturePostings({ ...at, held: false, shares: [{ beneficiary: null, amount: 10n, fee }] })
    expect(fee(11n)).toThrow(/between zero and the amount/)
    expect(fee(-1n)).toThrow(/between zero and the amount/)
    expect(() => capturePostings({ ...at, held: false, shares: whole, fee: 1001n })).toThrow(/between zero/)
    const twice = { ...at, held: false, fee: 1n, shares: [{ beneficiary: null, amount: 10n, fee: 1n }] }
    expect(() => capturePostings(twice)).toThrow(/one or the other/)
  })

  test('that failed after all leaves nothing behind, its fee neither', () => {
    const capture = { ...at, shares: [{ beneficiary: 'ann', amount: 1000n, fee: 30n }] }
    const books = after(capturePostings({ ...capture, held: false }), captureUndonePostings(capture))
    expect([...books.values()].map(({ posted, pending }) => [posted, pending])).toEqual([
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
    ])
  })
})

test('a refund takes from the beneficiary, below zero if need be, and comes back when it bounces', () => {
  const shares = [{ beneficiary: 'ann', amount: 300n }]
  const books = after(refundPostings({ ...at, shares }))
  expect(amounts(books)).toEqual({ [gateway]: [-300n, 0n], 'seller/ann/pending/EUR': [-300n, 0n] })
  const back = after(refundPostings({ ...at, shares }), refundUndonePostings({ ...at, shares }))
  expect(amounts(back)).toEqual({ [gateway]: [0n, 0n], 'seller/ann/pending/EUR': [0n, 0n] })
})

test("a gateway's cost lessens what it owes, and a cost that it gives back adds to it", () => {
  const costs = 'gateway/sandbox/main/costs/EUR'
  expect(short(costPostings({ ...at, amount: 12n }))).toEqual([`posted 12 ${costs} > ${gateway}`])
  expect(short(costPostings({ ...at, amount: -12n }))).toEqual([`posted 12 ${gateway} > ${costs}`])
  expect(costPostings({ ...at, amount: 0n })).toEqual([])
})

test('whatever happens to a payment, the books balance', () => {
  const step = fc.record({ share: fc.nat(100), kind: fc.constantFrom('capture', 'release', 'refund', 'cost') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let held = 10_000n
      const all = [holdPostings({ ...at, shares: [{ beneficiary: null, amount: held }] })]
      for (const { share, kind } of steps) {
        const amount = (held * BigInt(share)) / 100n
        const shares = [{ beneficiary: null, amount }]
        if (kind === 'capture') all.push(capturePostings({ ...at, held: true, shares }))
        else if (kind === 'release') all.push(releasePostings({ ...at, shares }))
        else if (kind === 'refund') all.push(refundPostings({ ...at, shares }))
        else all.push(costPostings({ ...at, amount }))
        if (kind === 'capture' || kind === 'release') held -= amount
      }
      let posted = 0n
      let pending = 0n
      for (const balance of after(...all.filter((postings) => postings.length > 0)).values()) {
        posted += balance.side === 'debit' ? balance.posted : -balance.posted
        pending += balance.side === 'debit' ? balance.pending : -balance.pending
      }
      expect([posted, pending]).toEqual([0n, 0n])
    }),
  )
})
