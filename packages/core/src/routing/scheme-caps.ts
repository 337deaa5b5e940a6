import { type Decline, type SchemeAdvice, schemeAdviceOf } from '../gateways/index.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * How often a declined card may be tried, as data with a date. Visa's is for categories 2 to 4 together; it allowed more in 2025 (20), and
 * acquirers still document 15: the lower number breaks neither. Mastercard's are for the same amount. Sources: FAILURES 4, and the retry
 * rules that Adyen, Worldpay, Checkout.com and PayPal publish; read 2026-11.
 */
export const SCHEME_CAPS = {
  asOf: '2026-11-01',
  visa: [{ rule: 'visa_30_days', declines: 15, withinMs: 30 * DAY_MS, sameAmount: false }],
  mastercard: [
    { rule: 'mastercard_24_hours', declines: 10, withinMs: DAY_MS, sameAmount: true },
    { rule: 'mastercard_30_days', declines: 35, withinMs: 30 * DAY_MS, sameAmount: true },
  ],
} as const satisfies { readonly asOf: string } & Readonly<Record<Scheme, readonly Cap[] | string>>

type Scheme = 'visa' | 'mastercard'

interface Cap {
  readonly rule: SchemeRule
  readonly declines: number
  readonly withinMs: number
  readonly sameAmount: boolean
}

/** The rules that can refuse a try. */
export type SchemeRule =
  | 'visa_never'
  | 'visa_30_days'
  | 'mastercard_never'
  | 'mastercard_fix_data'
  | 'mastercard_wait'
  | 'mastercard_24_hours'
  | 'mastercard_30_days'

/** One earlier try of the same card by the same merchant, at whichever gateway. */
export interface CardTry {
  readonly at: number
  readonly amount: bigint
  readonly currency: string
  /** `open`: not known yet, so it counts as if declined. */
  readonly outcome: 'approved' | 'declined' | 'open'
  readonly decline: Decline | null
}

/** The try that is wanted. */
export interface NextTry {
  /** As the instrument says; null where nobody knows it, and then every scheme's rules hold. */
  readonly network: string | null
  readonly amount: bigint
  readonly currency: string
  /** When the card's data last changed (a new expiry date, an updated token): settles an advice to fix them. */
  readonly dataChangedAt: number | null
}

/** Whether the schemes allow another try; if not, from when on they do (null: never). */
export type SchemeVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: SchemeRule; readonly until: number | null; readonly why: string }

const SCHEMES: Readonly<Record<string, readonly Scheme[]>> = {
  visa: ['visa'],
  mastercard: ['mastercard'],
  maestro: ['mastercard'],
}
const BOTH: readonly Scheme[] = ['visa', 'mastercard']
const NONE: readonly Scheme[] = []

const schemesOf = (network: string | null): readonly Scheme[] => {
  if (network === null) return BOTH
  return Object.hasOwn(SCHEMES, network) ? (SCHEMES[network] as readonly Scheme[]) : NONE
}

/** Declines that never reached the scheme: our own mistakes, gateways that were not there, and caps that stopped the try before. */
const UNSEEN: ReadonlySet<Decline['class']> = new Set(['configuration', 'unavailable', 'cap'])

const seen = ({ outcome, decline }: CardTry): boolean =>
  outcome === 'open' ||
  (outcome === 'declined' && (decline === null || decline.networkAdvice !== null || !UNSEEN.has(decline.class)))

interface Refused {
  readonly rule: SchemeRule
  readonly until: number | null
}

/**
 * Whether the schemes' retry rules allow another try of a card: a pure rule over its earlier tries, of one merchant, across all gateways,
 * in any order. Advice that came with a decline holds first; then declines are counted. Counts are careful: a decline without a category
 * counts for Visa, a try whose end is unknown counts as declined, and an approval in between resets nothing. Of several rules that refuse,
 * the longest is named. Tries older than 30 days matter only if their advice was `never` or to fix the data.
 */
export const schemeCaps = (history: readonly CardTry[], wanted: NextTry, at: number): SchemeVerdict => {
  let longest: Refused | null = null
  for (const scheme of schemesOf(wanted.network)) {
    for (const earlier of history) longest = longer(longest, advised(scheme, earlier, wanted, at))
    for (const cap of SCHEME_CAPS[scheme]) longest = longer(longest, capped(cap, history, wanted, at))
  }
  return longest === null ? { allowed: true } : { allowed: false, ...longest, why: WHY[longest.rule] }
}

const longer = (a: Refused | null, b: Refused | null): Refused | null => {
  if (a === null || b === null) return a ?? b
  if (a.until === null) return a
  return b.until === null || b.until > a.until ? b : a
}

const advised = (scheme: Scheme, earlier: CardTry, wanted: NextTry, at: number): Refused | null => {
  if (earlier.decline === null) return null
  const advice: SchemeAdvice | undefined = schemeAdviceOf(scheme, earlier.decline)
  if (advice === undefined) return null
  if (advice.retry === 'never') return { rule: `${scheme}_never`, until: null }
  if (advice.retry === 'fix') {
    const fixed = wanted.dataChangedAt !== null && wanted.dataChangedAt >= earlier.at
    return fixed ? null : { rule: 'mastercard_fix_data', until: null }
  }
  const until = earlier.at + advice.waitMs
  return at < until ? { rule: 'mastercard_wait', until } : null
}

const capped = (cap: Cap, history: readonly CardTry[], wanted: NextTry, at: number): Refused | null => {
  const times = history
    .filter((earlier) => seen(earlier) && earlier.at > at - cap.withinMs)
    .filter(({ amount, currency }) => !cap.sameAmount || (amount === wanted.amount && currency === wanted.currency))
    .map((earlier) => earlier.at)
    .sort((a, b) => a - b)
  const freed = times[times.length - cap.declines] // once this one has left the window, one more fits in
  return freed === undefined ? null : { rule: cap.rule, until: freed + cap.withinMs }
}

const WHY: Readonly<Record<SchemeRule, string>> = {
  visa_never: 'may not try this card again: Visa said that its issuer never approves (category 1)',
  visa_30_days: 'may not try this card now: Visa allows 15 declined tries in 30 days',
  mastercard_never: 'may not try this card again: Mastercard advised never to (03 or 21)',
  mastercard_fix_data: 'may not try this card before its data change: Mastercard advised to update them (01)',
  mastercard_wait: 'may not try this card yet: Mastercard advised to wait (02, or 24 to 30)',
  mastercard_24_hours: 'may not try this card now: Mastercard allows 10 declined tries of one amount in 24 hours',
  mastercard_30_days: 'may not try this card now: Mastercard allows 35 declined tries of one amount in 30 days',
}
