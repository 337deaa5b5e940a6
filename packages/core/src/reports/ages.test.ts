import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ageing } from './ages.ts'

const DAY = 86_400_000
const BOUNDS = [DAY, 7 * DAY]

test('what is open is the newest of what came, each part as old as it is', () => {
  const ageing = new Ageing(25n, 10 * DAY, BOUNDS)
  for (const [amount, day] of [
    [10n, 10],
    [10n, 9],
    [10n, 8],
    [10n, 1],
  ] as const)
    ageing.add({ amount, at: day * DAY })
  expect(ageing.done).toBe(true)
  expect(ageing.end()).toEqual({ sums: [20n, 5n, 0n], oldest: 8 * DAY })
})

test('the parts sum to what is open as far as anything came, and nothing is open below zero', () => {
  const came = fc.array(fc.record({ amount: fc.bigInt(1n, 100n), at: fc.integer({ min: 0, max: 20 * DAY }) }))
  fc.assert(
    fc.property(fc.bigInt(-50n, 500n), came, (open, all) => {
      const ageing = new Ageing(open, 20 * DAY, BOUNDS)
      for (const one of all) ageing.add(one)
      const { sums, oldest } = ageing.end()
      const total = all.reduce((sum, { amount }) => sum + amount, 0n)
      const least = open < total ? open : total
      expect(sums.reduce((sum, part) => sum + part, 0n)).toBe(least < 0n ? 0n : least)
      expect(oldest === null).toBe(open <= 0n || all.length === 0)
      expect(ageing.done).toBe(open <= total || open <= 0n)
    }),
  )
})
