import { accounts, type Change, entries, type Phase, type Posting, post } from '@florin/core/storage'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { batch, bump, change, event, keyOf, keyTable, pay, start } from '../test/rows.ts'
import { testServer } from '../test/server.ts'
import { type PostgresStorage, postgres } from './index.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const server = await testServer()
const open: PostgresStorage[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const openAt = async (schema: string): Promise<PostgresStorage> => {
  const storage = postgres({ url: server.url, schema })
  open.push(storage)
  await storage.migrate()
  return storage
}

/** By a storage that has not seen anything yet, and is closed again. */
const once = async <T>(schema: string, work: (storage: PostgresStorage) => Promise<T>): Promise<T> => {
  const storage = postgres({ url: server.url, schema })
  await storage.migrate()
  return work(storage).finally(() => storage.close())
}

const NAMES = ['cash', 'owed', 'fees']
const PHASES: readonly Phase[] = ['posted', 'pending', 'settled', 'voided']

const move = (from: number, to: number, amount: bigint, phase: Phase): Posting => ({
  debit: { account: NAMES[from] as string, side: from === 0 ? 'debit' : 'credit', floor: null },
  credit: { account: NAMES[to] as string, side: to === 0 ? 'debit' : 'credit', floor: null },
  ...{ amount, currency: 'EUR', phase },
})

/** Holds enough on every pair of accounts for all that is settled and voided later. */
const holds = (): Change =>
  change([
    post(
      'm',
      'holds',
      1,
      [0, 1, 2].flatMap((from) =>
        [0, 1, 2].filter((to) => to !== from).map((to) => move(from, to, 1_000_000n, 'pending')),
      ),
    ),
  ])

const posting = fc
  .record({
    from: fc.integer({ min: 0, max: 2 }),
    step: fc.integer({ min: 1, max: 2 }),
    amount: fc.bigInt({ min: 1n, max: 1_000n }),
    phase: fc.constantFrom(...PHASES),
  })
  .map(({ from, step, amount, phase }) => move(from, (from + step) % 3, amount, phase))

const booksOf = async (storage: PostgresStorage): Promise<unknown> => {
  const equals = { merchant: 'm' }
  const { rows } = await storage.find(accounts, { index: 'key', equals, limit: 100 })
  const pages = await Promise.all(
    NAMES.map((account) => storage.find(entries, { index: 'key', equals: { merchant: 'm', account }, limit: 1_000 })),
  )
  return { accounts: rows, entries: pages.map((page) => page.rows) }
}

test('what is booked without a look at the accounts is what is booked with one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.array(posting, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (batches) => {
        const [blind, looking] = [server.schema(), server.schema()]
        await once(looking, (storage) => storage.commit(batch(holds())))
        const known = await once(blind, async (storage) => {
          await storage.commit(batch(holds()))
          let n = 0
          for (const posts of batches) {
            const changes = posts.map((postings) => change([post('m', `t${n++}`, 1, postings)]))
            await storage.commit(batch(...changes))
            await once(looking, (other) => other.commit(batch(...changes)))
          }
          return booksOf(storage)
        })
        expect(known).toEqual(await once(looking, booksOf))
      },
    ),
    { numRuns: 8 },
  )
})

test('a posting that takes more than is pending is refused as a bug, whether or not its accounts are known', async () => {
  const storage = await openAt(server.schema())
  await storage.commit(batch(change([post('m', 'hold', 1, [move(0, 1, 5n, 'pending')])])))
  const before = await booksOf(storage)
  const tooMuch = change([post('m', 'much', 1, [move(0, 1, 6n, 'voided')])])
  await expect(storage.commit(batch(tooMuch))).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('more than is pending'),
  })
  expect(await booksOf(storage)).toEqual(before)
})

test('a floor binds also where the accounts are known', async () => {
  const storage = await openAt(server.schema())
  await storage.commit(batch(change([pay('a')])))
  const taking = post('m', 'b', 1, [
    {
      debit: { account: 'owed', side: 'credit', floor: 0n },
      credit: { account: 'cash', side: 'debit', floor: null },
      ...{ amount: 3n, currency: 'EUR', phase: 'posted' },
    },
  ])
  const outcomes = await storage.commit(batch(change([pay('c')]), change([taking])))
  expect(outcomes).toEqual([{ committed: true }, { committed: false, conflict: 'floor', account: 'owed' }])
})

test('of changes that travel with their commit, one that lost leaves nothing, and its neighbours everything', async () => {
  const storage = await openAt(server.schema())
  await storage.commit(batch(change([start('a'), pay('t0')]), change([start('b')])))
  const outcomes = await storage.commit(
    batch(
      change([bump('a', 1), pay('t1')], [event('s', 1)]),
      change([bump('b', 7), pay('t2')], [event('s', 2)]),
      change([start('a'), pay('t3')], [event('s', 3)]),
    ),
  )
  expect(outcomes).toEqual([
    { committed: true },
    { committed: false, conflict: 'version', table: keyTable.name },
    { committed: false, conflict: 'duplicate', table: keyTable.name },
  ])
  const [a, b] = await storage.load(keyTable, [keyOf('a'), keyOf('b')])
  expect([a?.version, b?.version]).toEqual([2, 1])
  const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
  expect([cash?.version, cash?.debitsPosted]).toEqual([2, 2n])
  expect(await storage.unsealed(10, 'all')).toHaveLength(1)
})
