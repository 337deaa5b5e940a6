import type { Florin } from '@florin/core'
import { CATALOGUE } from '@florin/core/storage'
import { expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, type Names, order } from './failover-world.ts'
import { rows } from './rows.ts'
import { ONE_TRY } from './world.ts'

interface ServerCells {
  readonly seat: string
  readonly holder: string
  readonly news: readonly unknown[]
}

const SHARED = { resilience: { ...ONE_TRY, shared: true } } as const
const AT_FIRST = { type: 'card', tokens: { first: 'tok_approve' } } as const

const pay = (w: FailoverWorld, florin: Florin<Names>, input = {}) => w.run(florin.payments.create(order(input)))
const first = async (w: FailoverWorld, florin: Florin<Names>) =>
  (await w.run(florin.health())).accounts.find(({ gateway }) => gateway === 'first')
const breakers = (w: FailoverWorld, all: readonly Florin<Names>[]) =>
  Promise.all(all.map(async (florin) => (await first(w, florin))?.breaker))
const turn = async (w: FailoverWorld, all: readonly Florin<Names>[]): Promise<void> => {
  for (const florin of all) await w.run(florin.tick())
}

/** Some servers on one storage, which have all been heard of. */
const fleet = async (size: number, options: object = SHARED) => {
  const w = await failoverWorld({ options })
  const all = [w.florin]
  while (all.length < size) all.push(await w.another())
  await turn(w, all)
  await w.advance(1_000)
  await turn(w, all)
  return { w, all }
}

test('a few failures at each of several servers open the breaker of all, within two turns', async () => {
  const { w, all } = await fleet(4)
  w.first.fail({ how: 'error_500_before', times: 3 * all.length, when: { operation: 'charge' } })
  for (const florin of all) for (let i = 0; i < 3; i++) await pay(w, florin, { method: AT_FIRST })
  expect(await breakers(w, all)).toEqual(['closed', 'closed', 'closed', 'closed'])
  await w.advance(1_000)
  await turn(w, all)
  await turn(w, all)
  expect(await breakers(w, all)).toEqual(['open', 'open', 'open', 'open'])
  expect(await first(w, w.florin)).toMatchObject({ calls: 12, errors: 12 })
  expect(await w.run(w.florin.health())).toMatchObject({ servers: 4 })
})

test('what is told is counted once by each, however often it is read, and never comes back to who told it', async () => {
  const { w, all } = await fleet(3)
  await pay(w, w.florin)
  for (let i = 0; i < 5; i++) {
    await w.advance(1_000)
    await turn(w, all)
  }
  const counted = await Promise.all(all.map(async (florin) => (await first(w, florin))?.calls))
  expect(counted).toEqual([2, 2, 2]) // the authorisation and its capture
})

test('servers that do not share decide by themselves, and write nothing', async () => {
  const { w, all } = await fleet(2, { resilience: ONE_TRY })
  for (let i = 0; i < 6; i++) await pay(w, w.florin)
  await turn(w, all)
  expect(await rows<ServerCells>(w.inner, 'servers')).toEqual([])
  expect((await first(w, all[1] as Florin<Names>))?.calls).toBe(0)
  expect(await w.run(w.florin.health())).toMatchObject({ servers: 1 })
})

test('a server that is gone is forgotten, and its row serves the next one', async () => {
  const { w, all } = await fleet(2)
  const [staying] = all as [Florin<Names>, Florin<Names>] // the other one is never heard of again
  expect(await w.run(staying.health())).toMatchObject({ servers: 2 })
  const before = await rows<ServerCells>(w.inner, 'servers')
  for (let i = 0; i < 5; i++) {
    await w.advance(12_000)
    await w.run(staying.tick())
  }
  expect(await w.run(staying.health())).toMatchObject({ servers: 1 })
  for (let i = 0; i < 60; i++) {
    await w.advance(12_000)
    await w.run(staying.tick())
  }
  const next = await w.another()
  await w.run(next.tick())
  const after = await rows<ServerCells>(w.inner, 'servers')
  expect(after.map(({ seat }) => seat).sort()).toEqual(before.map(({ seat }) => seat).sort())
  expect(after.map(({ holder }) => holder).sort()).not.toEqual(before.map(({ holder }) => holder).sort())
})

test('news that is none, or of another layout, counts nothing and harms nobody', async () => {
  const { w, all } = await fleet(2)
  const strange = [
    { number: 1, from: 0, layout: 99, seen: [{ gateway: 'first', account: 'default', tally: [0, 500] }] },
    { number: 2, from: 0, layout: 1, seen: [{ gateway: 'first', account: 'default', tally: [4, -500] }] },
    { number: 3, from: 0, layout: 1, seen: [{ gateway: 'first', account: 'default', tally: [4_000, 1] }] },
    { number: 4, from: 0, layout: 1, seen: [{ gateway: 'gone', account: 'default', tally: [4, 500] }] },
  ]
  const table = CATALOGUE.find(({ name }) => name === 'servers')
  const row = { seat: 's', holder: 'h', at: w.runtime.clock.now(), news: strange, version: 1 }
  const batch = { id: 'bat_1', at: 0, changes: [{ guards: [{ op: 'claim', table, row }], effects: [] }] }
  await w.inner.commit(batch as never)
  await turn(w, all)
  expect(await first(w, w.florin)).toMatchObject({ calls: 0, errors: 0 })
  expect((await pay(w, w.florin, { method: cards() })).status).toBe('succeeded')
})

test('a storage that is away stops no server: it goes on with what it sees itself', async () => {
  let away = false
  const { w } = await fleet(1)
  const florin = await w.another({
    storage: (inner) => ({
      ...inner,
      find: ((table: { name: string }, query: never) =>
        away && table.name === 'servers'
          ? Promise.reject(new Error('away'))
          : inner.find(table as never, query)) as never,
    }),
  })
  away = true
  await w.advance(1_000)
  await w.run(florin.tick())
  expect((await pay(w, florin)).status).toBe('succeeded')
  expect(w.errors.map(String)).toEqual(['Error: away'])
})
