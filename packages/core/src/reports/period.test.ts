import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateText, dayAt } from '../kernel/index.ts'
import { periodNamer } from './period.ts'

const HOUR_MS = 3_600_000

test('every instant is in the day and the month that its zone’s calendar says, also where the clocks change', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia')
  const around = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) })
  fc.assert(
    fc.property(zone, around, fc.array(fc.integer({ min: -30 * HOUR_MS, max: 30 * HOUR_MS })), (name, at, steps) => {
      const [day, month] = [periodNamer('day', name), periodNamer('month', name)]
      for (const instant of [at, ...steps.map((step) => at + step)]) {
        const text = dateText(dayAt(name, instant))
        expect([day(instant), month(instant)]).toEqual([text, text.slice(0, 7)])
      }
    }),
  )
  expect(periodNamer('all', 'UTC')(0)).toBe('all')
})
