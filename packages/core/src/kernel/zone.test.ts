import fc from 'fast-check'
import { expect, test } from 'vitest'
import { civilOf, DAY_MS, dateText, dayNumber, monthLength, parseDate, weekdayOf } from './civil.ts'
import { checkZone, dayAt, instantOf, localText } from './zone.ts'

const at = (text: string): number => Date.parse(text)

test('days are those of the runtime, leap years and centuries included', () => {
  fc.assert(
    fc.property(fc.integer({ min: -600_000, max: 2_000_000 }), (days) => {
      const date = new Date(days * DAY_MS)
      const { year, month, day } = civilOf(days)
      expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()])
      expect(dayNumber(year, month, day)).toBe(days)
      expect(weekdayOf(days) % 7).toBe(date.getUTCDay())
      expect(monthLength(days)).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate())
    }),
  )
})

test('a date that does not exist is none', () => {
  expect(dateText(parseDate('2028-02-29') ?? 0)).toBe('2028-02-29')
  for (const wrong of ['2027-02-29', '2027-13-01', '2027-1-1', 'tomorrow', '2027-04-31']) {
    expect(parseDate(wrong), wrong).toBeUndefined()
  }
})

test('a local time is the instant at which the clocks there show it', () => {
  const day = parseDate('2026-11-21') ?? 0
  expect(instantOf('Europe/Berlin', day, 120)).toBe(at('2026-11-21T01:00:00Z'))
  expect(instantOf('America/New_York', day, 0)).toBe(at('2026-11-21T05:00:00Z'))
  expect(instantOf('Asia/Kathmandu', day, 60)).toBe(at('2026-11-20T19:15:00Z'))
  expect(instantOf('Asia/Tokyo', day, 1440)).toBe(at('2026-11-21T15:00:00Z'))
  expect(instantOf('UTC', day, 0)).toBe(at('2026-11-21T00:00:00Z'))
})

test('where clocks are put forward, a time that is left out is as much later', () => {
  const day = parseDate('2026-03-29') ?? 0
  expect(instantOf('Europe/Berlin', day, 150)).toBe(at('2026-03-29T01:30:00Z'))
  expect(localText('Europe/Berlin', instantOf('Europe/Berlin', day, 150))).toBe('2026-03-29 03:30')
  expect(instantOf('Europe/Berlin', day, 180)).toBe(at('2026-03-29T01:00:00Z'))
})

test('where clocks are put back, a time that comes twice is the first', () => {
  const day = parseDate('2026-10-25') ?? 0
  expect(instantOf('Europe/Berlin', day, 150)).toBe(at('2026-10-25T00:30:00Z'))
  expect(instantOf('Europe/Berlin', day, 180)).toBe(at('2026-10-25T02:00:00Z'))
})

test('every local midnight is on its day, in zones with every kind of rule', () => {
  const zones = [
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'America/Sao_Paulo',
    'UTC',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 15_000, max: 25_000 }), (zone, day) => {
      const midnight = instantOf(zone, day, 0)
      expect(dayAt(zone, midnight)).toBe(day)
      expect(dayAt(zone, midnight - 1)).toBe(day - 1)
    }),
    { numRuns: 300 },
  )
})

test('a zone that is none is refused by name', () => {
  expect(() => checkZone('Europe/Berlin')).not.toThrow()
  expect(() => checkZone('Mars/Base')).toThrow(/'Mars\/Base' is no time zone/)
})
