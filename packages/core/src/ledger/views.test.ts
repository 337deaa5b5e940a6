import { beforeEach, describe, expect, test } from 'vitest'
import { appendEvent } from '../events/index.ts'
import { createIds, systemRandom } from '../kernel/index.ts'
import { memoryStorage } from '../memory/index.ts'
import type { Posting } from '../records/index.ts'
import type { Storage } from '../storage/index.ts'
import {
  asOf,
  balances,
  balanceView,
  capturePostings,
  entryView,
  holdPostings,
  ledgerTransaction,
  openHolds,
  receivable,
  refundPostings,
  releasePostings,
  statement,
  transactionsOf,
} from './index.ts'

const at = { gateway: 'sandbox', account: 'main', currency: 'EUR' }
const gateway = receivable('sandbox', 'main', 'EUR').account
const mine = 'merchant/pending/EUR'
const share = (amount: bigint, beneficiary: string | null = null) => [{ beneficiary, amount }]

let storage: Storage
let clock: number
let versions: Map<string, number>
const ids = createIds({ now: () => clock }, systemRandom)
beforeEach(() => {
  storage = memoryStorage()
  clock = 1_000
  versions = new Map()
})

/** Books postings about a subject, with the event that records them. */
const book = async (merchant: string, subject: string, reference: string, postings: readonly Posting[]) => {
  clock += 10
  const { guards, digest } = ledgerTransaction({
    merchant,
    reference,
    subject,
    type: 'test',
    postings,
    effectiveAt: clock,
    recordedAt: clock,
  })
  const version = (versions.get(subject) ?? 0) + 1
  versions.set(subject, version)
  const event = { merchant, subject, version, id: ids.make('evt'), type: 't', at: clock, data: {}, ledger: digest }
  const change = { guards, effects: [appendEvent(event)] }
  const [outcome] = await storage.commit({ id: ids.make('bat'), at: clock, changes: [change] })
  expect(outcome).toEqual({ committed: true })
}

const day = async () => {
  await book('mer_1', 'pay_1', 'a1/hold', holdPostings({ ...at, shares: [...share(1000n), ...share(500n, 'ann')] }))
  await book('mer_1', 'pay_2', 'a2/sale', capturePostings({ ...at, held: false, shares: share(250n) }))
  await book('mer_1', 'pay_1', 'a1/capture', capturePostings({ ...at, held: true, shares: share(600n) }))
  await book('mer_2', 'pay_9', 'a9/sale', capturePostings({ ...at, held: false, shares: share(77n) }))
  await book('mer_1', 'pay_1', 'a1/release', releasePostings({ ...at, shares: share(400n) }))
  await book('mer_1', 'pay_2', 'a2/refund', refundPostings({ ...at, shares: share(300n) }))
}

describe('balances', () => {
  test('say what is final, what is on hold and what may leave', async () => {
    await day()
    const { rows } = await balances(storage, 'mer_1')
    expect(rows).toEqual([
      { account: gateway, currency: 'EUR', side: 'debit', posted: 550n, pending: 500n, available: 550n, version: 6 },
      { account: mine, currency: 'EUR', side: 'credit', posted: 550n, pending: 0n, available: 550n, version: 5 },
      {
        account: 'seller/ann/pending/EUR',
        currency: 'EUR',
        side: 'credit',
        posted: 0n,
        pending: 500n,
        available: 0n,
        version: 1,
      },
    ])
    expect(rows.map(balanceView)[0]).toEqual({
      account: gateway,
      currency: 'EUR',
      side: 'debit',
      posted: '5.50',
      pending: '5.00',
      available: '5.50',
      version: 6,
    })
    JSON.stringify(rows.map(balanceView))
  })

  test('count holds against an account as gone', async () => {
    const posting = { debit: { account: mine, side: 'credit', floor: null }, amount: 30n, currency: 'EUR' } as const
    const credit = { account: 'bank/EUR', side: 'debit', floor: null } as const
    await book('mer_1', 'pay_1', 'in', capturePostings({ ...at, held: false, shares: share(100n) }))
    await book('mer_1', 'pay_1', 'out', [{ ...posting, credit, phase: 'pending' }])
    const { rows } = await balances(storage, 'mer_1', { under: 'merchant' })
    expect(rows).toMatchObject([{ posted: 100n, pending: -30n, available: 70n }])
  })

  test('come by path, by currency and in pages, and of one merchant only', async () => {
    await day()
    const usd = { ...at, currency: 'USD', held: false }
    await book('mer_1', 'pay_3', 'u', capturePostings({ ...usd, shares: [...share(1n), ...share(2n, 'anna')] }))
    const names = async (filter: object) =>
      (await balances(storage, 'mer_1', filter)).rows.map(({ account }) => account)
    expect(await names({ under: 'seller/ann' })).toEqual(['seller/ann/pending/EUR'])
    expect(await names({ under: 'seller' })).toEqual(['seller/ann/pending/EUR', 'seller/anna/pending/USD'])
    expect(await names({ currency: 'USD', under: 'merchant' })).toEqual(['merchant/pending/USD'])
    const first = await balances(storage, 'mer_1', { limit: 4 })
    expect(first.rows).toHaveLength(4)
    const { rows, next } = await balances(storage, 'mer_1', { limit: 4, after: first.next ?? '' })
    expect([rows.length, next]).toEqual([2, undefined])
    expect((await balances(storage, 'mer_2')).rows).toMatchObject([{ posted: 77n }, { posted: 77n }])
  })
})

describe('a statement', () => {
  test('lists entries with the balance after each, newest or oldest first, in pages', async () => {
    await day()
    const { rows } = await statement(storage, 'mer_1', mine, { order: 'oldest' })
    expect(rows.map((e) => [e.version, e.transaction, e.side, e.phase, e.amount, e.balance, e.pending])).toEqual([
      [1, 'a1/hold', 'credit', 'pending', 1000n, 0n, 1000n],
      [2, 'a2/sale', 'credit', 'posted', 250n, 250n, 1000n],
      [3, 'a1/capture', 'credit', 'settled', 600n, 850n, 400n],
      [4, 'a1/release', 'credit', 'voided', 400n, 850n, 0n],
      [5, 'a2/refund', 'debit', 'posted', 300n, 550n, 0n],
    ])
    const first = await statement(storage, 'mer_1', mine, { limit: 3 })
    expect(first.rows.map(({ version }) => version)).toEqual([5, 4, 3])
    await book('mer_1', 'pay_3', 'a3', capturePostings({ ...at, held: false, shares: share(1n) })) // money moves on
    const second = await statement(storage, 'mer_1', mine, { limit: 3, after: first.next ?? '' })
    expect(second.rows.map(({ version }) => version)).toEqual([2, 1])
    expect(second.next).toBeUndefined()
    expect((await statement(storage, 'mer_1', 'nowhere/EUR')).rows).toEqual([])
  })

  test('can be shown as JSON', async () => {
    await day()
    const { rows } = await statement(storage, 'mer_1', mine, { limit: 1 })
    expect(rows.map(entryView)).toEqual([
      {
        account: mine,
        version: 5,
        transaction: 'a2/refund',
        side: 'debit',
        phase: 'posted',
        amount: '3.00',
        balance: '5.50',
        pending: '0.00',
        currency: 'EUR',
        at: 1060,
      },
    ])
  })
})

describe('an account as of', () => {
  test('a version is what it was after that many entries', async () => {
    await day()
    const at = async (version: number) => {
      const { posted, pending } = await asOf(storage, 'mer_1', mine, { version })
      return [posted, pending]
    }
    expect(await at(0)).toEqual([0n, 0n])
    expect(await at(3)).toEqual([850n, 400n])
    expect(await at(5)).toEqual([550n, 0n])
  })

  test('a position is what the events up to it recorded, for all accounts at one moment', async () => {
    await day()
    const at = async (position: number) =>
      Promise.all(
        [gateway, mine, 'seller/ann/pending/EUR'].map(async (account) => {
          const { posted, pending } = await asOf(storage, 'mer_1', account, { position })
          return [posted, pending]
        }),
      )
    const nothing = [0n, 0n]
    expect(await at(0)).toEqual([nothing, nothing, nothing])
    expect(await at(1)).toEqual([[0n, 1500n], [0n, 1000n], [0n, 500n]]) // biome-ignore format: a table
    expect(await at(3)).toEqual([[850n, 900n], [850n, 400n], [0n, 500n]]) // biome-ignore format: a table
    expect(await at(4)).toEqual(await at(3)) // mer_2's
    expect(await at(6)).toEqual([[550n, 500n], [550n, 0n], [0n, 500n]]) // biome-ignore format: a table
  })

  test('a position leaves out what has none yet, and what is committed while it is asked', async () => {
    await day()
    const waiting = {
      merchant: 'mer_1',
      subject: 'pay_2',
      ledger: (await transactionsOf(storage, 'mer_1', 'pay_2'))[1],
    }
    const ledger = waiting.ledger?.digest ?? null
    const late: Storage = {
      ...storage,
      unsealed: async () => [{ ...waiting, ledger } as never], // as if the refund were not sealed
      head: async (partition) => {
        await book('mer_1', 'pay_4', 'late', capturePostings({ ...at, held: false, shares: share(5n) }))
        return storage.head(partition)
      },
    }
    expect(await asOf(late, 'mer_1', mine, { position: 6 })).toMatchObject({ posted: 850n })
  })

  test('a moment that has not come, or an account that does not exist, is refused', async () => {
    await day()
    const error = (promise: Promise<unknown>) => promise.catch((reason: { code: string }) => reason.code)
    expect(await error(asOf(storage, 'mer_1', mine, { version: 6 }))).toBe('invalid_request')
    expect(await error(asOf(storage, 'mer_1', mine, { version: -1 }))).toBe('invalid_request')
    expect(await error(asOf(storage, 'mer_1', mine, { version: 1.5 }))).toBe('invalid_request')
    expect(await error(asOf(storage, 'mer_1', mine, { position: 7 }))).toBe('invalid_request')
    expect(await error(asOf(storage, 'mer_1', 'nowhere/EUR', { version: 0 }))).toBe('not_found')
  })
})

describe('a subject', () => {
  test('has its transactions in the order of recording', async () => {
    await day()
    const found = await transactionsOf(storage, 'mer_1', 'pay_1')
    expect(found.map(({ reference }) => reference)).toEqual(['a1/hold', 'a1/capture', 'a1/release'])
    expect(await transactionsOf(storage, 'mer_2', 'pay_1')).toEqual([])
  })

  test('has the holds open that were neither captured nor released', async () => {
    await day()
    const ann = { debit: gateway, credit: 'seller/ann/pending/EUR', currency: 'EUR', amount: 500n }
    expect(await openHolds(storage, 'mer_1', 'pay_1')).toEqual([ann])
    await book('mer_1', 'pay_1', 'a1/void', releasePostings({ ...at, shares: share(500n, 'ann') }))
    expect(await openHolds(storage, 'mer_1', 'pay_1')).toEqual([])
    expect(await openHolds(storage, 'mer_1', 'pay_2')).toEqual([])
  })
})
