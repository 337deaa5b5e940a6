import { DAY_MS, dateText, dayNumber } from './civil.ts'
import { FlorinError } from './errors.ts'

/*
 * Local time, by the time zone data that the runtime's `Intl` carries. Formatters are costly to make (a tenth of a millisecond and
 * kilobytes each), so that of a zone is kept; there are about 600 zones.
 */

const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(zone, made)
    return made
  } catch (cause) {
    throw new FlorinError(
      'invalid_request',
      `'${zone.slice(0, 60)}' is no time zone that this runtime knows: write its IANA name, such as 'Europe/Berlin'`,
      { cause },
    )
  }
}

/** The local wall clock as if it were UTC: milliseconds, to the second. */
const wallClock = (zone: string, at: number): number => {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of formatterOf(zone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return dayNumber(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000
}

/** How far the zone's clocks are ahead of UTC at an instant, milliseconds. */
const offsetAt = (zone: string, at: number): number => wallClock(zone, at) - Math.floor(at / 1000) * 1000

/** Throws `invalid_request` for a name that is no time zone here. */
export const checkZone = (zone: string): void => void formatterOf(zone)

/** The local day of an instant, counted from 1970-01-01. Throws `invalid_request` for an unknown zone. */
export const dayAt = (zone: string, at: number): number => Math.floor(wallClock(zone, at) / DAY_MS)

/** An instant as `YYYY-MM-DD HH:MM` on the zone's clocks. */
export const localText = (zone: string, at: number): string => {
  const wall = wallClock(zone, at)
  const minutes = Math.floor((wall % DAY_MS) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${dateText(Math.floor(wall / DAY_MS))} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/**
 * The instant at which a zone's clocks show a day and minutes after its midnight (1,440 is the next day's). Clocks that are put back show
 * some times twice: the first is meant. Clocks that are put forward leave some out: such a time is as much later as they were put.
 */
export const instantOf = (zone: string, day: number, minutes: number): number => {
  const wall = day * DAY_MS + minutes * 60_000
  const before = wall - offsetAt(zone, wall - DAY_MS)
  if (wallClock(zone, before) === wall) return before
  const after = wall - offsetAt(zone, wall + DAY_MS)
  return wallClock(zone, after) === wall ? after : before
}
