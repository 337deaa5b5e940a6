/*
 * Days of the Gregorian calendar as whole numbers, counted from 1970-01-01: what calendars are computed with, where no time zone plays a
 * part yet. The arithmetic is the well-known one on eras of 400 years (146,097 days), with years that begin in March.
 */

export const DAY_MS = 86_400_000

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/

/** The day of a year, a month (1 to 12) and a day of the month. */
export const dayNumber = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

/** A day as its year, month (1 to 12) and day of the month. */
export const civilOf = (days: number): { readonly year: number; readonly month: number; readonly day: number } => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * ofYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** The day that `YYYY-MM-DD` names; undefined where there is no such day. */
export const parseDate = (text: string): number | undefined => {
  const found = DATE.exec(text)
  if (found === null) return undefined
  const day = dayNumber(Number(found[1]), Number(found[2]), Number(found[3]))
  return dateText(day) === text ? day : undefined
}

/** A day as `YYYY-MM-DD`. */
export const dateText = (days: number): string => {
  const { year, month, day } = civilOf(days)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** 1 for Monday to 7 for Sunday (ISO 8601). */
export const weekdayOf = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1

/** How many days the month of this day has. */
export const monthLength = (days: number): number => {
  const { year, month } = civilOf(days)
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)
  return next - dayNumber(year, month, 1)
}
