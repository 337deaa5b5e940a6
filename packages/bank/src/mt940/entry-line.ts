import { readAmount } from '../amount.ts'
import { dayOf } from '../day.ts'

/** What field :61: says of one entry. */
export interface EntryLine {
  readonly valueAt: number
  readonly occurredAt: number
  /** Minor units, money in is positive. */
  readonly net: bigint
  /** What the account's owner called it, and what the bank calls it. */
  readonly ownReference: string | null
  readonly bankReference: string | null
  readonly supplement: string
}

// SWIFT, MT940 field 61: 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][34x]; the last part stands on a line of its own.
const FIELD = /^(\d{6})(\d{4})?(RC|RD|C|D)([A-Z])?(\d[\d,]{0,17})([A-Z][A-Z0-9]{3})(.*)$/

/** A year of two digits: banks have told of this century for as long as there are such files on disks. */
const century = (year: number): number => (year < 80 ? 2000 + year : 1900 + year)

/** `YYMMDD` as the instant at which it begins in UTC; null where it is no day. */
export const shortDay = (text: string): number | null =>
  /^\d{6}$/.test(text)
    ? dayOf(century(Number(text.slice(0, 2))), Number(text.slice(2, 4)), Number(text.slice(4, 6)))
    : null

/** The day of booking, `MMDD`, in the year that is next to the value date; the value date where it is not told. */
const bookedOn = (text: string | undefined, valueAt: number): number | null => {
  if (text === undefined) return valueAt
  const value = new Date(valueAt)
  const [month, day] = [Number(text.slice(0, 2)), Number(text.slice(2))]
  const apart = month - 1 - value.getUTCMonth()
  const shift = apart > 6 ? -1 : apart < -6 ? 1 : 0
  return dayOf(value.getUTCFullYear() + shift, month, day)
}

/** Reads field :61:, or says what is wrong with it. */
export const readEntryLine = (lines: readonly string[], currency: string): EntryLine | string => {
  const [first = '', ...others] = lines
  const found = FIELD.exec(first)
  if (found === null) {
    return `:61: is '${first.slice(0, 40)}'; it is a date, C or D, an amount, a type and a reference, as 2611201120C12,50NTRFREF//BANK`
  }
  const [, valued = '', booked, mark = '', , amount = '', , references = ''] = found
  const valueAt = shortDay(valued)
  if (valueAt === null) return `:61: has the value date '${valued}', which is no day`
  const occurredAt = bookedOn(booked, valueAt)
  if (occurredAt === null) return `:61: has the booking date '${booked}', which is no day`
  const read = readAmount(amount, currency, ',')
  if ('why' in read) return `:61: ${read.why}`
  const [own = '', bank = ''] = references.split('//', 2)
  // RC takes a credit back, RD a debit: the direction of this entry itself is the other one.
  const out = mark === 'D' || mark === 'RC'
  return {
    valueAt,
    occurredAt,
    net: out ? -read.minor : read.minor,
    ownReference: own === '' || own === 'NONREF' ? null : own,
    bankReference: bank === '' ? null : bank,
    supplement: others.join(' '),
  }
}
