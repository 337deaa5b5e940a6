import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CounterRing } from './counter-ring.ts'

const BUCKET = 10
const HORIZONS = [20, 50, 100]

test('sums over every horizon equal those of a model that remembers everything', () => {
  const add = fc.record({ wait: fc.oneof(fc.nat(30), fc.nat(300)), field: fc.nat(2), amount: fc.nat(1_000) })
  fc.assert(
    fc.property(fc.nat(1_000), fc.array(add, { maxLength: 80, size: 'max' }), (start, adds) => {
      const ring = new CounterRing(3, BUCKET, HORIZONS)
      const seen: { bucket: number; field: number; amount: number }[] = []
      let now = start
      for (const { wait, field, amount } of adds) {
        now += wait
        ring.add(field, amount, now)
        seen.push({ bucket: Math.floor(now / BUCKET), field, amount })
        for (const horizon of HORIZONS) {
          const first = Math.floor(now / BUCKET) - horizon / BUCKET + 1
          const sums = [0, 0, 0]
          for (const one of seen) if (one.bucket >= first) sums[one.field] = (sums[one.field] ?? 0) + one.amount
          expect([...ring.totals(horizon, now)]).toEqual(sums)
        }
      }
    }),
  )
})

test('what is older than a horizon is forgotten without anything new coming in', () => {
  const ring = new CounterRing(1, BUCKET, [20, 50])
  ring.add(0, 7, 1_000)
  expect([ring.totals(20, 1_019)[0], ring.totals(20, 1_020)[0], ring.totals(50, 1_049)[0]]).toEqual([7, 0, 7])
  expect(ring.totals(50, 1_050)[0]).toBe(0)
})

test('a clock that steps back a little counts on; one that steps back far begins anew', () => {
  const ring = new CounterRing(1, BUCKET, [50])
  ring.add(0, 1, 10_000)
  ring.add(0, 1, 9_970)
  expect(ring.totals(50, 9_980)[0]).toBe(2)
  expect(ring.totals(50, 5_000)[0]).toBe(0)
  ring.add(0, 1, 5_001)
  expect(ring.totals(50, 5_002)[0]).toBe(1)
})

test('a horizon that is not there, or is no whole number of buckets, is a bug and says so', () => {
  const ring = new CounterRing(1, BUCKET, [50])
  expect(() => ring.totals(60, 0)).toThrow('no horizon')
  expect(() => new CounterRing(1, BUCKET, [55])).toThrow('no whole number')
})
