import { DAY_MS, maskPans, parseDate } from '../kernel/index.ts'
import { exponentOf, isPayable } from '../money/index.ts'

const TEXT_MAX = 500
const NAME_MAX = 200
const UNNAMEABLE = /[\p{Cc}\p{Cs}]/u
const CONTROLS = /\p{Cc}/gu
const SHOWN_MAX = 40

const shown = (value: string): string => {
  const masked = maskPans(value.replaceAll(CONTROLS, ' '))
  return masked.length > SHOWN_MAX ? `${masked.slice(0, SHOWN_MAX).toWellFormed()}…` : masked
}

const EXACT_DIGITS = 15 // a double holds so many, and is read faster
const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,20}))?$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?)?Z?$/
const DAYS_MAX = 512

/** Lines of a report are of few days, and to read one is the dearest thing about a line. */
const days = new Map<string, number | undefined>()
const dayOf = (text: string): number | undefined => {
  if (days.has(text)) return days.get(text)
  if (days.size >= DAYS_MAX) days.clear()
  const day = parseDate(text)
  days.set(text, day)
  return day
}

/**
 * One row of a table, read column by column. The first thing that is wrong is noted in `fault`, with the column, the value and what was
 * expected; what was asked for is then something harmless, so that a reader needs no branches for it.
 */
export class Row {
  readonly line: number
  readonly #columns: ReadonlyMap<string, number>
  readonly #fields: readonly string[]
  #fault: string | null = null
  constructor(line: number, columns: ReadonlyMap<string, number>, fields: readonly string[]) {
    this.line = line
    this.#columns = columns
    this.#fields = fields
  }

  get fault(): string | null {
    return this.#fault
  }

  /** Notes that something is wrong; the first thing stays. */
  wrong(why: string): void {
    this.#fault ??= why
  }

  /** A column's text; null where it is empty, or where the table has no such column. */
  optional(column: string): string | null {
    const at = this.#columns.get(column)
    const value = at === undefined ? '' : (this.#fields[at] ?? '').trim()
    return value === '' ? null : value
  }

  /** A column's text, which must be there, and be a name: no control characters, and at most 200 characters. */
  text(column: string): string {
    const value = this.optional(column)
    if (value === null) this.wrong(`${column} is empty`)
    else if (value.length > NAME_MAX || UNNAMEABLE.test(value))
      this.wrong(
        `${column} is '${shown(value)}'; it is at most ${NAME_MAX} characters, none of them a control character`,
      )
    return value ?? ''
  }

  /** An ISO 4217 code that money can be in, in either case. */
  currency(column: string): string {
    const value = this.text(column)
    const code = value.toUpperCase()
    if (isPayable(code)) return code
    this.wrong(`${column} is '${shown(value)}'; it is a currency of ISO 4217`)
    return 'EUR'
  }

  /** A decimal in major units as minor units of the currency; zero where the column is empty. Digits beyond them must be zeros. */
  amount(column: string, currency: string): bigint {
    return this.#decimal(column, exponentOf(currency))
  }

  /** The same in millionths of a minor unit, for costs below one. */
  millionths(column: string, currency: string): bigint {
    return this.#decimal(column, exponentOf(currency) + 6)
  }

  /** `2026-11-21`, or with its time, as an instant; `offsetMinutes` is how far its clock is ahead of UTC. */
  instant(column: string, offsetMinutes: number): number {
    const value = this.text(column)
    const found = INSTANT.exec(value)
    const day = found === null ? undefined : dayOf(found[1] ?? '')
    if (found !== null && day !== undefined) {
      const [, , hour = '0', minute = '0', second = '0', fraction = '0'] = found
      const time = (Number(hour) * 60 + Number(minute) - offsetMinutes) * 60_000
      return day * DAY_MS + time + Number(second) * 1_000 + Number(fraction.padEnd(3, '0'))
    }
    this.wrong(`${column} is '${shown(value)}'; it is a day as 2026-11-21, with or without its time`)
    return 0
  }

  #decimal(column: string, digits: number): bigint {
    const value = this.optional(column)
    if (value === null) return 0n
    const found = DECIMAL.exec(value)
    const decimals = found?.[3] ?? ''
    if (found === null || (decimals.length > digits && /[1-9]/.test(decimals.slice(digits)))) {
      this.wrong(`${column} is '${shown(value)}'; it is a number with a point and at most ${digits} decimals`)
      return 0n
    }
    const text = (found[2] ?? '') + decimals.slice(0, digits).padEnd(digits, '0')
    const scaled = text.length <= EXACT_DIGITS ? BigInt(Number(text)) : BigInt(text)
    return found[1] === '-' ? -scaled : scaled
  }

  /** Words for a person: no card number, and not too many. */
  words(...parts: readonly (string | null)[]): string {
    const text = parts.filter((part) => part !== null).join(': ')
    return maskPans(text.replaceAll(CONTROLS, ' ')).slice(0, TEXT_MAX).toWellFormed()
  }
}
