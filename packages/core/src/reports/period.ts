import { dateText, dayAt } from '../kernel/index.ts'

/** Into what a report divides time. */
export const PERIODS = ['day', 'month', 'all'] as const
/** One of them. */
export type Period = (typeof PERIODS)[number]

const HOUR_MS = 3_600_000
const MOST_KEPT = 10_000

/**
 * Names the period of an instant in a time zone: `2026-11-21`, `2026-11`, or `all`. The zone's data are asked once for each quarter of an
 * hour, within which no clock there is passes midnight.
 */
export const periodNamer = (by: Period, zone: string): ((at: number) => string) => {
  if (by === 'all') return () => 'all'
  const known = new Map<number, string>()
  return (at) => {
    const quarter = Math.floor(at / (HOUR_MS / 4))
    const found = known.get(quarter)
    if (found !== undefined) return found
    const day = dateText(dayAt(zone, at))
    const name = by === 'day' ? day : day.slice(0, 7)
    if (known.size >= MOST_KEPT) known.clear()
    known.set(quarter, name)
    return name
  }
}
