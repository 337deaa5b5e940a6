const DAY_MS = 86_400_000

/** Until when a bank takes files for the same day, in its own time. */
export interface Cutoff {
  /** IANA zone. */
  readonly timeZone: string
  /** `HH:MM` */
  readonly time: string
}

/** Easter Sunday as a day's number since 1970 (the anonymous Gregorian computus, published by J.-M. Oudin in 1940). */
const easter = (year: number): number => {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const h = (century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25) + 19 * golden + 15) % 30
  const i = h - Math.floor(h / 28) * (1 - Math.floor(29 / (h + 1)) * Math.floor((21 - golden) / 11))
  const j = (year + Math.floor(year / 4) + i + 2 - century + Math.floor(century / 4)) % 7
  const l = i - j
  const month = 3 + Math.floor((l + 40) / 44)
  const day = l + 28 - 31 * Math.floor(month / 4)
  return Date.UTC(year, month - 1, day) / DAY_MS
}

/**
 * Whether T2, the euro's settlement system, is open: not at weekends, nor on 1 January, Good Friday, Easter Monday, 1 May, 25 and 26
 * December. Date: 2026-11-21. Source: European Central Bank, T2 calendar.
 */
export const isBusinessDay = (day: number): boolean => {
  const date = new Date(day * DAY_MS)
  const weekday = date.getUTCDay()
  if (weekday === 0 || weekday === 6) return false
  const monthDay = date.toISOString().slice(5, 10)
  if (['01-01', '05-01', '12-25', '12-26'].includes(monthDay)) return false
  const fromEaster = day - easter(date.getUTCFullYear())
  return fromEaster !== -2 && fromEaster !== 1
}

/** The first business day from this one on. */
const business = (day: number): number => {
  let open = day
  while (!isBusinessDay(open)) open += 1 // at most five days in a row are closed
  return open
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
const dayNumber = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS

/** Day and time in a zone, by parts: how a locale would write them whole is not the same everywhere. */
const localTime = (now: number, timeZone: string): { readonly date: string; readonly time: string } => {
  const two = '2-digit'
  const options = { timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two } as const
  const parts = new Map(
    new Intl.DateTimeFormat('en-US', options).formatToParts(now).map(({ type, value }) => [type, value] as const),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  return { date: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` }
}

/** The day on which a bank executes what it gets at this instant, wanted on that day; null: as soon as can be. */
export const executionDay = (now: number, wanted: string | null, cutoff: Cutoff): string => {
  const { date, time } = localTime(now, cutoff.timeZone)
  const today = dayNumber(date)
  const first = business(time < cutoff.time && isBusinessDay(today) ? today : today + 1)
  return dayText(wanted === null ? first : business(Math.max(first, dayNumber(wanted))))
}
