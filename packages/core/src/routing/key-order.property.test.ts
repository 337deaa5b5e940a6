import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alike, steady, subject } from '../../test/routing-world.ts'
import type { RoutingOptions } from './options.ts'
import { createRouter } from './router.ts'

/** The same value with the members of every object in another order. */
const shuffled = <T>(value: T, draw: () => number): T => {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, draw)) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [draw(), name, shuffled(member, draw)] as const)
  return Object.fromEntries(members.sort(([a], [b]) => a - b).map(([, name, member]) => [name, member])) as T
}

const OPTIONS: readonly RoutingOptions[] = [
  {},
  { weights: { success: 50, latency: 30, cost: 20 }, explorationShare: 0.2 },
  { rules: [{ id: 'split', match: { metadata: { vip: 'yes' }, country: 'DE' }, split: { a: 5, b: 3, c: 2 } }] },
  { rules: [{ id: 'order', match: { currency: 'EUR', method: 'card' }, use: ['c', 'a', 'b'] }] },
]

test('a decision does not depend on the order in which anything was written, and another customer can change it', () => {
  const firsts = new Set<string | undefined>()
  let moved = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...OPTIONS),
      fc.uuid(),
      fc.constantFrom({ vip: 'yes', cart: '7' }, {}),
      fc.infiniteStream(fc.nat()),
      (options, customer, metadata, draws) => {
        const draw = (): number => draws.next().value as number
        const given = subject({ customer, metadata, tokens: { a: 't', b: 't', c: 't' } })
        const conditions = { at: 1, standingOf: () => ({ leave: 'yes', health: 'healthy', stats: steady() }) as const }
        const plan = createRouter(alike('a', 'b', 'c'), options).plan(given, conditions)
        const moving = shuffled(given, draw)
        if (Object.keys(moving).join() !== Object.keys(given).join()) moved += 1
        const again = createRouter(alike('a', 'b', 'c'), shuffled(options, draw)).plan(moving, conditions)
        expect(again).toEqual(plan)
        firsts.add(plan.candidates[0]?.gateway)
      },
    ),
    { numRuns: 300, seed: 1 },
  )
  expect(firsts.size).toBe(3)
  expect(moved).toBeGreaterThan(200)
})
