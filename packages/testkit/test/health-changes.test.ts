import type { GatewayHealthChange } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { type FailoverWorld, failoverWorld } from './failover-world.ts'
import { ONE_TRY } from './world.ts'

/** A world whose host hears of changes. */
const hearing = async (hear: (change: GatewayHealthChange) => unknown = () => {}) => {
  const heard: GatewayHealthChange[] = []
  const onHealthChange = (change: GatewayHealthChange): unknown => {
    heard.push(change)
    return hear(change)
  }
  return { w: await failoverWorld({ options: { resilience: ONE_TRY, onHealthChange } }), heard }
}

const moves = (heard: readonly GatewayHealthChange[], of: GatewayHealthChange['of']): readonly string[] =>
  heard.filter((one) => one.of === of).map(({ gateway, account, to, why }) => `${gateway}/${account} ${to}: ${why}`)

const first = async (w: FailoverWorld) =>
  (await w.run(w.florin.health())).accounts.find(({ gateway }) => gateway === 'first')

describe('a host that listens', () => {
  test('hears when a breaker opens, of which account, why, and by which rates', async () => {
    const { w, heard } = await hearing()
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay()
    expect(heard).toMatchObject([
      {
        ...{ of: 'breaker', gateway: 'first', account: 'default', from: 'closed', to: 'open', why: 'connect_failures' },
        at: new Date(w.runtime.clock.now()).toISOString(),
        rates: { overMs: 60_000, calls: 5, errorRate: 1, timeoutRate: 0, unknownRate: 0, successRate: 0 },
      },
    ])
    const [opened] = heard
    if (opened?.of !== 'breaker' || opened.openUntil === null) throw new Error('it says until when it is open')
    expect(Date.parse(opened.openUntil)).toBeGreaterThan(w.runtime.clock.now())
    await w.end()
  })

  test('hears by the next turn of recovery what time alone changes, though nobody pays', async () => {
    const { w, heard } = await hearing()
    w.first.pause()
    for (let i = 0; i < 5; i++) await w.pay()
    w.first.resume()
    await w.advance(10_000)
    expect(moves(heard, 'breaker')).toHaveLength(1)
    await w.tick()
    expect(moves(heard, 'breaker')).toEqual([
      'first/default open: connect_failures',
      'first/default half_open: open_time_over',
    ])
    await w.end()
  })

  test('hears when routing trusts a gateway less, and more again', async () => {
    const { w, heard } = await hearing()
    for (let i = 0; i < 20; i++) {
      if (i < 3) w.first.fail({ how: 'drop_before', when: { operation: 'charge' } })
      await w.pay()
      await w.advance(1_000)
    }
    expect(moves(heard, 'health')).toEqual(['first/default degraded: errors', 'first/default excluded: failing'])
    const excluded = heard.findLast(({ of }) => of === 'health')
    expect(excluded?.rates).toMatchObject({ overMs: 900_000, calls: 21, errorRate: 3 / 21, successRate: 18 / 21 })
    await w.advance(45 * 60_000)
    await w.tick()
    expect(moves(heard, 'health').at(-1)).toBe('first/default restored: quiet')
    expect(moves(heard, 'breaker')).toEqual([])
    await w.end()
  })

  test('costs no payment its answer by throwing, or by a promise that rejects', async () => {
    let failures = 0
    const { w, heard } = await hearing(() => {
      failures += 1
      if (failures === 1) throw new Error('the pager is down')
      return Promise.reject(new Error('the pager is down'))
    })
    w.first.pause()
    for (let i = 0; i < 6; i++) expect(await w.pay()).toMatchObject({ status: 'succeeded', gateway: 'second' })
    await w.advance(10_000)
    await w.tick()
    expect(heard).toHaveLength(2)
    expect(w.errors).toEqual([new Error('the pager is down'), new Error('the pager is down')])
  })
})

test('health shows the last changes of an account, the newest first, and until when its breaker is open', async () => {
  const { w, heard } = await hearing()
  w.first.pause()
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 5; i++) await w.pay({ gateway: 'first' })
    await w.advance(80_000)
    await w.tick()
  }
  expect(heard.length).toBeGreaterThan(8)
  const health = await first(w)
  expect(health?.changes).toEqual(heard.toReversed().slice(0, 8))
  w.first.resume()
  const told = await w.run(w.florin.health())
  expect(JSON.parse(JSON.stringify(told))).toEqual(told)
  expect(told.accounts.find(({ gateway }) => gateway === 'second')).toMatchObject({
    changes: [],
    breakerOpenUntil: null,
  })
  await w.end()
})

test('what a process thinks of a gateway is no event: the stream tells what followed for each payment', async () => {
  const { w, heard } = await hearing()
  w.first.pause()
  const paid = []
  for (let i = 0; i < 6; i++) paid.push(await w.pay())
  expect(heard).toHaveLength(1)
  const { events } = await w.run(w.florin.events.read({ partition: 0, position: 0 }, { limit: 1_000 }))
  expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set(paid.map(({ id }) => id)))
  expect(events.filter(({ type }) => type === 'attempt.failed_over')).toHaveLength(5)
  await w.end()
})
