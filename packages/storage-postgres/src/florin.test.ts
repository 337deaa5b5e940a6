import { setTimeout } from 'node:timers/promises'
import { createFlorin, ephemeralKeys, type Florin, systemRuntime } from '@florin/core'
import { createAcquirer, sandbox } from '@florin/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { batch, change, event } from '../test/rows.ts'
import { testServer } from '../test/server.ts'
import { type Profile, postgres } from './index.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a real server, on whatever machine this is

const server = await testServer()
const open: Florin[] = []
afterEach(async () => {
  for (const florin of open.splice(0)) await florin.close()
})

const keys = ephemeralKeys(systemRuntime().random)

/** One server of a shop, of any number on one schema. */
const shop = async (schema: string, acquirer: ReturnType<typeof createAcquirer>, profile: Profile = 'native') => {
  const storage = postgres({ url: server.url, schema, profile })
  const errors: unknown[] = []
  const florin: Florin = await createFlorin({
    storage,
    keys,
    onError: (error) => errors.push(error),
    gateways: { sandbox: sandbox({ acquirer }) },
  })
  open.push(florin)
  return { florin, errors }
}

const pay = (florin: Florin, reference: string) =>
  florin.payments.create({
    reference,
    amount: '49.90',
    currency: 'EUR',
    method: { type: 'card', token: 'tok_approve' },
  })

/** Waits, for a bounded time, until every event has its position. */
const sealed = async (florin: Florin): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if ((await florin.health()).unsealed?.events === 0) return
    await setTimeout(25)
  }
}

describe.each(['native', 'portable'] as const)('two servers on one database, %s', (profile) => {
  test('count a month’s volume together, and each fee follows from what it names', async () => {
    const schema = server.schema()
    const acquirer = createAcquirer()
    const shops = [await shop(schema, acquirer, profile), await shop(schema, acquirer, profile)]
    const { florin } = shops[0] as (typeof shops)[0]
    const volume = { mode: 'whole', tiers: [{ from: { EUR: '499.00' }, percent: '1' }] } as const
    await florin.fees.set({ rules: [{ name: 'all', percent: '2', volume }] }, { expect: 0 })
    const orders = Array.from({ length: 20 }, (_, i) => `counted-${i}`)
    const paid = await Promise.all(orders.map((order, i) => pay((shops[i % 2] as (typeof shops)[0]).florin, order)))
    const { volumes } = await florin.fees.volume()
    expect(volumes).toEqual([{ currency: 'EUR', amount: '998.00' }])
    for (const { id } of paid) {
      const { fee, bookings } = await florin.fees.of(id)
      const before = Number(bookings[0]?.volume?.before)
      expect([before <= 948.1, fee]).toEqual([true, before >= 499 ? '0.50' : '1.00'])
    }
    const last = await florin.fees.of((await pay(florin, 'last')).id)
    expect(last).toMatchObject({ fee: '0.50', bookings: [{ volume: { before: '998.00', tier: '499.00' } }] })
    await sealed(florin)
    expect(await florin.verify()).toMatchObject({ ok: true })
  })

  test('take payments at once; each order is paid once, the stream is one chain, and the books agree', async () => {
    const schema = server.schema()
    const acquirer = createAcquirer()
    const shops = [await shop(schema, acquirer, profile), await shop(schema, acquirer, profile)]
    const seen: number[] = []
    shops[0]?.florin.events.subscribe('start', ({ position }) => void seen.push(position), { pollMs: 50 })
    const orders = Array.from({ length: 40 }, (_, i) => `order-${i >> 1}`) // each order at two servers at once
    const paid = await Promise.allSettled(
      orders.map((order, i) => pay((shops[i % 2] as (typeof shops)[0]).florin, order)),
    )
    for (const one of paid) if (one.status === 'rejected') expect(one.reason).toMatchObject({ name: 'FlorinError' })
    const { florin } = shops[1] as (typeof shops)[0]
    await sealed(florin)
    expect((await florin.health()).unsealed).toEqual({ events: 0, lagMs: 0 })
    const report = await florin.verify()
    expect(report).toMatchObject({ ok: true })
    const { length } = await florin.events.head()
    expect(length).toBeGreaterThanOrEqual(40)
    for (let tries = 0; tries < 200 && seen.length < length; tries++) await setTimeout(25)
    expect(seen).toEqual(Array.from({ length }, (_, i) => i + 1))
    expect(acquirer.books().charges).toHaveLength(20)
    expect(shops.flatMap(({ errors }) => errors)).toEqual([])
  })
})

test('events that a server left without positions get them from another one that runs', async () => {
  const schema = server.schema()
  const acquirer = createAcquirer()
  const { florin } = await shop(schema, acquirer)
  const left = postgres({ url: server.url, schema })
  await left.commit(batch(change([], [event('pay_left', 1)]))) // a server that dies before it seals
  await left.close()
  expect((await florin.health()).unsealed?.events).toBe(1)
  expect((await florin.events.head()).length).toBe(0)
  florin.start()
  await sealed(florin)
  expect((await florin.events.head()).length).toBe(1)
})
