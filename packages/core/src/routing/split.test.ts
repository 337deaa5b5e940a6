import { describe, expect, test } from 'vitest'
import { alike, subject } from '../../test/routing-world.ts'
import { createRouter, type Router } from './router.ts'

const N = 20_000
const GATEWAYS = alike('a', 'b', 'c')

const splitting = (split: Readonly<Record<string, number>>): Router =>
  createRouter(GATEWAYS, { rules: [{ id: 'split', split }] })

const choices = (router: Router, count = N): readonly string[] =>
  Array.from({ length: count }, (_, at) => {
    const plan = router.plan(subject({ customer: `cus_${at}`, payment: `pay_${at}` }), { at: 1 })
    return plan.candidates.map(({ gateway }) => gateway).join()
  })

const shareOf = (all: readonly string[], first: string): number =>
  all.filter((order) => order.startsWith(first)).length / all.length

describe('a split', () => {
  test.each([[{ a: 70, b: 30 }], [{ a: 1, b: 1, c: 1 }], [{ a: 90, b: 9, c: 1 }], [{ a: 0.5, b: 1.5 }]])(
    'gives everybody their share: %o',
    (weights) => {
      const all = choices(splitting(weights))
      const sum = Object.values(weights).reduce((total, weight) => total + weight, 0)
      for (const [gateway, weight] of Object.entries(weights)) {
        const expected = weight / sum
        // Five standard deviations of a fair draw: a fixed set of keys stays within, or the hash is not fair.
        const tolerance = 5 * Math.sqrt((expected * (1 - expected)) / N)
        expect(Math.abs(shareOf(all, gateway) - expected)).toBeLessThan(tolerance)
      }
    },
  )

  test('sends the failover of one to the others by their shares', () => {
    const rest = choices(splitting({ a: 60, b: 30, c: 10 })).filter((order) => order.startsWith('a,'))
    expect(Math.abs(shareOf(rest, 'a,b') - 0.75)).toBeLessThan(0.03)
  })

  test('sticks to the customer, whatever the payment, and to the reference where there is none', () => {
    const router = splitting({ a: 50, b: 50 })
    const first = (more: object): string | undefined => router.plan(subject(more), { at: 1 }).candidates[0]?.gateway
    for (let at = 0; at < 50; at++) {
      const customer = `cus_${at}`
      const reference = `order-${at}`
      expect(first({ customer, reference: 'x', payment: 'pay_1' })).toBe(first({ customer, reference: 'y' }))
      expect(first({ reference, payment: 'pay_1' })).toBe(first({ reference, payment: 'pay_2' }))
    }
  })

  test('draws apart for each merchant', () => {
    const router = splitting({ a: 50, b: 50 })
    const of = (merchant: string): readonly (string | undefined)[] =>
      Array.from(
        { length: 100 },
        (_, at) => router.plan(subject({ merchant, reference: `order-${at}` }), { at: 1 }).candidates[0]?.gateway,
      )
    expect(of('mer_1')).not.toEqual(of('mer_2'))
  })

  test('moves no more customers than a change of weights has to, and only to the gateway that gains', () => {
    const before = choices(splitting({ a: 70, b: 30 }))
    const after = choices(splitting({ a: 60, b: 40 }))
    const moved = before.flatMap((order, at) => (order === after[at] ? [] : [after[at]]))
    expect(new Set(moved)).toEqual(new Set(['b,a']))
    expect(Math.abs(moved.length / N - 0.1)).toBeLessThan(0.01)
  })

  test('moves nobody where weights keep their proportion, or where the rule is renamed', () => {
    const renamed = createRouter(GATEWAYS, { rules: [{ id: 'other', split: { b: 3, a: 7 } }] })
    expect(choices(renamed, 500)).toEqual(choices(splitting({ a: 70, b: 30 }), 500))
  })

  test('moves only the customers of a gateway that is taken away', () => {
    const three = choices(splitting({ a: 50, b: 30, c: 20 }), 2_000)
    const two = choices(splitting({ a: 50, b: 30 }), 2_000)
    for (const [at, order] of three.entries()) expect(order.replace(/,?c/, '').replace(/^,/, '')).toBe(two[at])
  })
})
