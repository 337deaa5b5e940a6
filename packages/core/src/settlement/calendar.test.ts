import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_MS, dayAt, localText, parseDate } from '../kernel/index.ts'
import { type Calendar, calendarText, dueRuns, nextRun } from './calendar.ts'

const BERLIN: Calendar = {
  zone: 'Europe/Berlin',
  at: 360,
  days: { kind: 'daily' },
  weekend: [6, 7],
  holidays: [],
  whenClosed: 'next',
  cutOff: 1440,
  delayIn: 'calendar',
}

const day = (text: string): number => parseDate(text) ?? Number.NaN
const at = (text: string): number => Date.parse(text)

/** The next runs after an instant, as the clocks there show them. */
const runs = (calendar: Calendar, after: string, count: number, delayDays = 1): readonly string[] => {
  const found: string[] = []
  for (let from = at(after); found.length < count; ) {
    const { runAt } = nextRun(calendar, delayDays, from)
    found.push(localText(calendar.zone, runAt))
    from = runAt
  }
  return found
}

const cutOffs = (calendar: Calendar, after: string, delayDays: number): string => {
  const { runAt, cutOffAt } = nextRun(calendar, delayDays, at(after))
  return `${localText(calendar.zone, runAt)} up to ${localText(calendar.zone, cutOffAt)}`
}

test('a daily plan waits over weekends, and runs once after them', () => {
  expect(runs(BERLIN, '2026-11-19T12:00:00Z', 4)).toEqual([
    '2026-11-20 06:00',
    '2026-11-23 06:00',
    '2026-11-24 06:00',
    '2026-11-25 06:00',
  ])
})

test('a run on a holiday comes on the business day before, or all the same, where the plan says so', () => {
  const holidays = [day('2026-12-25')]
  const christmas = { ...BERLIN, holidays, days: { kind: 'month_days', monthDays: [25] } } as const
  expect(runs(christmas, '2026-12-01T00:00:00Z', 1)).toEqual(['2026-12-28 06:00'])
  expect(runs({ ...christmas, whenClosed: 'previous' }, '2026-12-01T00:00:00Z', 1)).toEqual(['2026-12-24 06:00'])
  expect(runs({ ...christmas, whenClosed: 'run' }, '2026-12-01T00:00:00Z', 1)).toEqual(['2026-12-25 06:00'])
})

test('weekdays and days of the month are theirs; a shorter month has its last day', () => {
  const mondays = { ...BERLIN, days: { kind: 'weekdays', weekdays: [1, 4] } } as const
  expect(runs(mondays, '2026-11-20T00:00:00Z', 3)).toEqual(['2026-11-23 06:00', '2026-11-26 06:00', '2026-11-30 06:00'])
  const months = { ...BERLIN, days: { kind: 'month_days', monthDays: [15, 31] }, whenClosed: 'run' } as const
  expect(runs(months, '2027-02-01T00:00:00Z', 3)).toEqual(['2027-02-15 06:00', '2027-02-28 06:00', '2027-03-15 06:00'])
})

test('clocks that change leave a run at its local time, once a day', () => {
  const every = { ...BERLIN, at: 150, whenClosed: 'run' } as const
  expect(runs(every, '2026-03-28T00:00:00Z', 3)).toEqual(['2026-03-28 02:30', '2026-03-29 03:30', '2026-03-30 02:30'])
  expect(runs(every, '2026-10-24T00:00:00Z', 3)).toEqual(['2026-10-24 02:30', '2026-10-25 02:30', '2026-10-26 02:30'])
  const spring = nextRun(every, 1, at('2026-03-29T00:00:00Z'))
  expect(nextRun(every, 1, spring.runAt).cutOffAt - spring.cutOffAt).toBe(23 * 3_600_000)
})

test('a cut-off is the end of the day that lies the delay before the run', () => {
  expect(cutOffs(BERLIN, '2026-11-24T00:00:00Z', 1)).toBe('2026-11-24 06:00 up to 2026-11-24 00:00')
  expect(cutOffs(BERLIN, '2026-11-24T00:00:00Z', 2)).toBe('2026-11-24 06:00 up to 2026-11-23 00:00')
  const evening = { ...BERLIN, at: 1200, cutOff: 1080 }
  expect(cutOffs(evening, '2026-11-24T00:00:00Z', 0)).toBe('2026-11-24 20:00 up to 2026-11-24 18:00')
  const business = { ...BERLIN, delayIn: 'business', holidays: [day('2026-11-20')] } as const
  expect(cutOffs(business, '2026-11-23T00:00:00Z', 2)).toBe('2026-11-23 06:00 up to 2026-11-19 00:00')
})

test('runs that were missed are counted, and the latest of them is the one to make up for', () => {
  const first = nextRun(BERLIN, 1, at('2026-11-16T00:00:00Z')).runAt
  const { latest, next, count } = dueRuns(BERLIN, 1, first, at('2026-11-20T12:00:00Z'))
  expect([localText('Europe/Berlin', latest.runAt), localText('Europe/Berlin', next.runAt), count]).toEqual([
    '2026-11-20 06:00',
    '2026-11-23 06:00',
    5,
  ])
  expect(dueRuns(BERLIN, 1, first, first).count).toBe(1)
  expect(dueRuns(BERLIN, 1, at('1990-01-01T05:00:00Z'), at('2026-11-20T12:00:00Z')).latest).toEqual(latest)
})

test('a calendar that never runs is refused', () => {
  const closed = { ...BERLIN, weekend: [1, 2, 3, 4, 5, 6, 7] }
  expect(() => nextRun(closed, 1, 0)).toThrow(/never runs/)
})

test('whatever the calendar, runs strictly follow one another, and settle what is before them', () => {
  const days = fc.oneof(
    fc.constant({ kind: 'daily' } as const),
    fc.record({
      kind: fc.constant('weekdays' as const),
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    }),
    fc.record({
      kind: fc.constant('month_days' as const),
      monthDays: fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 4 }),
    }),
  )
  const calendar: fc.Arbitrary<Calendar> = fc.record({
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'),
    at: fc.integer({ min: 0, max: 1439 }),
    days,
    weekend: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
    holidays: fc.array(fc.integer({ min: 20_000, max: 20_400 }), { maxLength: 40 }),
    whenClosed: fc.constantFrom('next', 'previous', 'run'),
    cutOff: fc.integer({ min: 0, max: 1440 }),
    delayIn: fc.constantFrom('calendar', 'business'),
  })
  fc.assert(
    fc.property(
      calendar,
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 20_000, max: 20_400 }),
      (one, delay, start) => {
        let from = start * DAY_MS
        for (let i = 0; i < 5; i++) {
          const { runAt, cutOffAt } = nextRun(one, delay, from)
          expect(runAt).toBeGreaterThan(from)
          expect(cutOffAt).toBeLessThanOrEqual(runAt)
          const local = dayAt(one.zone, runAt)
          if (one.whenClosed !== 'run') expect(one.holidays).not.toContain(local)
          from = runAt
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('another calendar has another text', () => {
  expect(calendarText(BERLIN)).toBe(calendarText({ ...BERLIN }))
  expect(calendarText(BERLIN)).not.toBe(calendarText({ ...BERLIN, holidays: [day('2026-12-25')] }))
})
