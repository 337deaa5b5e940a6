import { invalid } from './refusal.ts'

const PAIRS_MAX = 1_000 // a payment has some twenty

const decoded = (text: string): string => {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalid(
      'The request is not well encoded: a percent sign is followed by something else than UTF-8 in hexadecimal.',
    )
  }
}

/** A form body or a query, with Stripe's nested brackets in the names. A name that comes twice has its last value; lists keep all. */
export class Form {
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly #values: ReadonlyMap<string, string>
  constructor(text: string) {
    const pairs: (readonly [string, string])[] = []
    for (const part of text === '' ? [] : text.split('&')) {
      if (part === '') continue
      const at = part.indexOf('=')
      const name = decoded(at < 0 ? part : part.slice(0, at))
      pairs.push([name, at < 0 ? '' : decoded(part.slice(at + 1))])
    }
    if (pairs.length > PAIRS_MAX) throw invalid(`The request has ${pairs.length} parameters; ${PAIRS_MAX} is the most.`)
    this.pairs = pairs
    this.#values = new Map(pairs)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** The value, or null where it is absent or empty. */
  text(name: string): string | null {
    return this.#values.get(name) || null
  }

  integer(name: string): number | null {
    const text = this.text(name)
    return text === null ? null : Number(text)
  }

  flag(name: string): boolean | null {
    const text = this.text(name)
    return text === null ? null : text === 'true'
  }

  /** The values of `name[]`, `name[0]`, `name[1]` …, in the order of the request. */
  list(name: string): string[] {
    return this.pairs.flatMap(([each, value]) => (each.startsWith(`${name}[`) ? [value] : []))
  }

  /** The members of `name[…]`, one level deep, or null where there are none. */
  record(name: string): Record<string, string> | null {
    let record: Record<string, string> | null = null
    for (const [each, value] of this.pairs) {
      if (!each.startsWith(`${name}[`) || !each.endsWith(']')) continue
      record ??= {}
      Object.defineProperty(record, each.slice(name.length + 1, -1), {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      })
    }
    return record
  }
}
