import { civilOf, DAY_MS, dateText, dayAt, FlorinError, instantOf, monthLength, weekdayOf } from '../kernel/index.ts'

/** On which days something is due, before holidays are looked at. */
export type CalendarDays =
  | { readonly kind: 'daily' }
  /** 1 is Monday, 7 is Sunday. */
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  /** 1 to 31; a month that is shorter has its last day in their place. */
  | { readonly kind: 'month_days'; readonly monthDays: readonly number[] }

/** When a plan runs, in local time of one zone. Days are counted from 1970-01-01. */
export interface Calendar {
  /** Its IANA name. */
  readonly zone: string
  /** Minutes after local midnight. */
  readonly at: number
  readonly days: CalendarDays
  /** Weekdays without business, 1 to 7. */
  readonly weekend: readonly number[]
  readonly holidays: readonly number[]
  /** What a run on a day without business does: waits for the next one, comes on the one before, or runs all the same. */
  readonly whenClosed: 'next' | 'previous' | 'run'
  /** When a day ends for the books: minutes after its local midnight, 1,440 for the next one. */
  readonly cutOff: number
  /** Whether days of delay are all days, or those of business. */
  readonly delayIn: 'calendar' | 'business'
}

/** One run of a plan. UTC milliseconds. */
export interface PlannedRun {
  readonly runAt: number
  /** What was recorded before this instant is settled. */
  readonly cutOffAt: number
}

const MOST_CLOSED = 60 // days in a row without business: more is a wrong list of holidays
const HORIZON = 800 // days within which every calendar that ever runs does: February 29 is no day of a plan by itself

/** The first run after an instant. Throws `invalid_request` for a calendar that never runs. */
export const nextRun = (calendar: Calendar, delayDays: number, after: number): PlannedRun => {
  const today = dayAt(calendar.zone, after)
  for (let day = today - MOST_CLOSED; day <= today + HORIZON; day++) {
    const run = runOn(calendar, day)
    if (run === undefined || run < today) continue
    const runAt = instantOf(calendar.zone, run, calendar.at)
    if (runAt > after) return { runAt, cutOffAt: cutOffOf(calendar, delayDays, run) }
  }
  throw new FlorinError(
    'invalid_request',
    'the calendar never runs: look at its days and holidays, or at `whenClosed`',
    { details: { path: 'calendar' } },
  )
}

/** Days are nominal; the day on which the run of a nominal day takes place, undefined where there is none. */
const runOn = (calendar: Calendar, day: number): number | undefined => {
  if (!isNominal(calendar.days, day)) return undefined
  if (calendar.whenClosed === 'run') return day
  const step = calendar.whenClosed === 'next' ? 1 : -1
  for (let tries = 0; tries <= MOST_CLOSED; tries++) {
    const at = day + tries * step
    if (isBusiness(calendar, at)) return at
  }
  return undefined
}

const isNominal = (days: CalendarDays, day: number): boolean => {
  if (days.kind === 'daily') return true
  if (days.kind === 'weekdays') return days.weekdays.includes(weekdayOf(day))
  const { day: ofMonth } = civilOf(day)
  const length = monthLength(day)
  return days.monthDays.some((one) => Math.min(one, length) === ofMonth)
}

const isBusiness = ({ weekend, holidays }: Calendar, day: number): boolean =>
  !weekend.includes(weekdayOf(day)) && !holidays.includes(day)

/** The end of the day that lies `delayDays` before a run's. */
const cutOffOf = (calendar: Calendar, delayDays: number, run: number): number => {
  let day = run
  for (let left = delayDays; left > 0; ) {
    day -= 1
    if (calendar.delayIn === 'calendar' || isBusiness(calendar, day)) left -= 1
    if (run - day > delayDays + HORIZON) break // no business at all
  }
  return instantOf(calendar.zone, day, calendar.cutOff)
}

/** Runs that were due from `first` until now. */
export interface DueRuns {
  /** The latest of them: what it settles holds what the others would have. */
  readonly latest: PlannedRun
  /** The first that is not due yet. */
  readonly next: PlannedRun
  readonly count: number
}

const MOST_COUNTED = 1_000

/** All runs from the planned instant `first` until `now`; `first` itself is one of them. */
export const dueRuns = (calendar: Calendar, delayDays: number, first: number, now: number): DueRuns => {
  const tooMany = now - first > MOST_COUNTED * DAY_MS
  let latest = nextRun(calendar, delayDays, tooMany ? now - MOST_COUNTED * DAY_MS : first - 1)
  let next = nextRun(calendar, delayDays, latest.runAt)
  let count = 1
  for (; next.runAt <= now; count++) {
    latest = next
    next = nextRun(calendar, delayDays, latest.runAt)
  }
  return { latest, next, count }
}

/** A short text that is another one for every other calendar: tells a plan that was changed. */
export const calendarText = (calendar: Calendar): string => {
  const { zone, at, days, weekend, holidays, whenClosed, cutOff, delayIn } = calendar
  return JSON.stringify([zone, at, days, weekend, holidays.map(dateText), whenClosed, cutOff, delayIn])
}
