import type { MethodType } from '../gateways/index.ts'
import { parseAmount } from '../money/index.ts'
import { type BinRange, binRangeOf, holds, mergedRanges } from './bin-range.ts'
import type { ResolvedRule } from './schema.ts'
import type { RoutingSubject } from './subject.ts'

/** Amounts in minor units, both ends included; null is open. */
export interface AmountRange {
  readonly min: bigint
  readonly max: bigint | null
}

/** What a rule means, ready to be asked. A null set is met by every payment; an empty one by none. */
export interface Condition {
  readonly methods: ReadonlySet<MethodType> | null
  readonly brands: ReadonlySet<string> | null
  readonly networks: ReadonlySet<string> | null
  readonly bins: readonly BinRange[] | null
  readonly currencies: ReadonlySet<string> | null
  readonly countries: ReadonlySet<string> | null
  readonly amounts: ReadonlyMap<string, AmountRange> | null
  readonly merchants: ReadonlySet<string> | null
  readonly metadata: readonly (readonly [name: string, value: string])[]
}

/** Only cards, plain or in a wallet, have a scheme and a BIN. */
const CARDS: readonly MethodType[] = ['card', 'apple_pay', 'google_pay']

const setOf = <T>(values: readonly T[] | undefined): ReadonlySet<T> | null =>
  values === undefined ? null : new Set(values)

const common = <T>(a: ReadonlySet<T> | null, b: ReadonlySet<T> | null): ReadonlySet<T> | null =>
  a === null ? b : b === null ? a : new Set([...a].filter((value) => b.has(value)))

/** Compiles a rule's match. What one field implies about another is drawn in: a BIN means a card, an amount means its currencies. */
export const conditionOf = (match: ResolvedRule['match']): Condition => {
  const amounts = match.amount === undefined ? null : new Map(Object.entries(match.amount).map(amountOf))
  const ofCard = match.bin !== undefined || match.network !== undefined
  return {
    methods: common(setOf(match.method), ofCard ? new Set(CARDS) : null),
    brands: setOf(match.brand),
    networks: setOf(match.network),
    bins: match.bin === undefined ? null : mergedRanges(match.bin.map((text) => binRangeOf(text) as BinRange)),
    currencies: common(setOf(match.currency), amounts === null ? null : new Set(amounts.keys())),
    countries: setOf(match.country),
    amounts,
    merchants: setOf(match.merchant),
    metadata: Object.entries(match.metadata ?? {}),
  }
}

const amountOf = ([currency, range]: [string, { min?: string | undefined; max?: string | undefined }]): [
  string,
  AmountRange,
] => [
  currency,
  {
    min: range.min === undefined ? 0n : parseAmount(range.min, currency),
    max: range.max === undefined ? null : parseAmount(range.max, currency),
  },
]

const within = (range: AmountRange | undefined, amount: bigint): boolean =>
  range !== undefined && amount >= range.min && (range.max === null || amount <= range.max)

const known = (set: ReadonlySet<string>, value: string | null): boolean => value !== null && set.has(value)

/** Whether a payment is meant. `span` is `spanOf(subject.bin)`, worked out once for all rules: it is most of the work. */
export const matches = (condition: Condition, subject: RoutingSubject, span: BinRange | undefined): boolean => {
  const { methods, brands, networks, bins, currencies, countries, amounts, merchants, metadata } = condition
  if (methods !== null && !methods.has(subject.method)) return false
  if (currencies !== null && !currencies.has(subject.currency)) return false
  if (merchants !== null && !merchants.has(subject.merchant)) return false
  if (networks !== null && !known(networks, subject.network)) return false
  if (countries !== null && !known(countries, subject.country)) return false
  if (brands !== null && !known(brands, subject.brand)) return false
  if (amounts !== null && !within(amounts.get(subject.currency), subject.amount)) return false
  if (bins !== null && (span === undefined || !holds(bins, span))) return false
  for (const [name, value] of metadata)
    if (!Object.hasOwn(subject.metadata, name) || subject.metadata[name] !== value) return false
  return true
}

const includes = <T>(wide: ReadonlySet<T> | null, narrow: ReadonlySet<T> | null): boolean =>
  wide === null || (narrow !== null && [...narrow].every((value) => wide.has(value)))

const amountsInclude = (wide: Condition, narrow: Condition): boolean => {
  const { amounts } = wide
  if (amounts === null) return true
  for (const currency of narrow.currencies ?? []) {
    const outer = amounts.get(currency)
    const inner = narrow.amounts?.get(currency) ?? { min: 0n, max: null }
    if (outer === undefined || outer.min > inner.min) return false
    if (outer.max !== null && (inner.max === null || inner.max > outer.max)) return false
  }
  return true // the currencies themselves are compared apart
}

/** Whether every payment that `narrow` means is meant by `wide` too. */
export const covers = (wide: Condition, narrow: Condition): boolean =>
  includes(wide.methods, narrow.methods) &&
  includes(wide.brands, narrow.brands) &&
  includes(wide.networks, narrow.networks) &&
  includes(wide.currencies, narrow.currencies) &&
  includes(wide.countries, narrow.countries) &&
  includes(wide.merchants, narrow.merchants) &&
  amountsInclude(wide, narrow) &&
  (wide.bins === null || (narrow.bins?.every((range) => holds(wide.bins as readonly BinRange[], range)) ?? false)) &&
  wide.metadata.every(([name, value]) => narrow.metadata.some((pair) => pair[0] === name && pair[1] === value))
