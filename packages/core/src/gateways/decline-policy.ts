import type { Decline, DeclineClass } from './declines.ts'

/** What the buyer, or the host for them, can sensibly do after a decline. */
export const NEXT_STEPS_AFTER_DECLINE = [
  'try_again', // the same method may work, now or in a moment
  'later', // the same method may work another day
  'fix_data', // the buyer must correct or authenticate
  'other_method', // never this instrument again
  'contact_merchant', // our request or account is wrong: nothing that the buyer could do
] as const
/** One of them. */
export type NextStepAfterDecline = (typeof NEXT_STEPS_AFTER_DECLINE)[number]

/** What a class of declines allows. */
export interface DeclinePolicy {
  /** Attempts that may follow at another gateway, each under a new key. */
  readonly failovers: 0 | 1
  /** Whether the same instrument may ever be charged again without the buyer doing something. */
  readonly sameInstrument: boolean
  readonly next: NextStepAfterDecline
  /** Somebody at the merchant should hear of it. */
  readonly alert: boolean
}

/**
 * The classes' table, as data with a date. Sources: Stripe's documentation of decline codes and advice codes, Adyen's of refusal
 * reasons, and the schemes' rules on repeated attempts that both quote; read 2026-11. A code that an adapter does not know is `hard`: it is
 * never retried by itself (FAILURES 4).
 */
export const DECLINE_POLICY = {
  asOf: '2026-11-01',
  classes: {
    technical: { failovers: 1, sameInstrument: true, next: 'try_again', alert: false },
    soft_balance: { failovers: 0, sameInstrument: true, next: 'later', alert: false },
    soft_generic: { failovers: 1, sameInstrument: true, next: 'other_method', alert: false },
    customer_action: { failovers: 0, sameInstrument: false, next: 'fix_data', alert: false },
    hard: { failovers: 0, sameInstrument: false, next: 'other_method', alert: false },
    fraud: { failovers: 0, sameInstrument: false, next: 'other_method', alert: false },
    cap: { failovers: 0, sameInstrument: false, next: 'other_method', alert: true },
    configuration: { failovers: 0, sameInstrument: false, next: 'contact_merchant', alert: true },
    unavailable: { failovers: 1, sameInstrument: true, next: 'try_again', alert: false },
  },
} as const satisfies { readonly asOf: string; readonly classes: Readonly<Record<DeclineClass, DeclinePolicy>> }

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What a scheme's advice allows: never again, or not before so long; `fix` where the data must change first. */
export type SchemeAdvice =
  | { readonly retry: 'never' }
  | { readonly retry: 'fix' }
  | { readonly retry: 'after'; readonly waitMs: number }

/**
 * Scheme advice takes precedence over every decline code. Mastercard's merchant advice codes and Visa's response categories, as their
 * acquirers document them; read 2026-11.
 */
export const SCHEME_ADVICE = {
  asOf: '2026-11-01',
  mastercard: {
    '01': { retry: 'fix' },
    '02': { retry: 'after', waitMs: 72 * HOUR_MS },
    '03': { retry: 'never' },
    '21': { retry: 'never' },
    '24': { retry: 'after', waitMs: HOUR_MS },
    '25': { retry: 'after', waitMs: DAY_MS },
    '26': { retry: 'after', waitMs: 2 * DAY_MS },
    '27': { retry: 'after', waitMs: 4 * DAY_MS },
    '28': { retry: 'after', waitMs: 6 * DAY_MS },
    '29': { retry: 'after', waitMs: 8 * DAY_MS },
    '30': { retry: 'after', waitMs: 10 * DAY_MS },
  },
  visa: { '1': { retry: 'never' } },
} as const satisfies {
  readonly asOf: string
  readonly mastercard: Readonly<Record<string, SchemeAdvice>>
  readonly visa: Readonly<Record<string, SchemeAdvice>>
}

/** The advice that a scheme gave with a decline, if it gave one that we know. */
export const schemeAdviceOf = (network: string | undefined, decline: Decline): SchemeAdvice | undefined => {
  if (decline.networkAdvice === null || (network !== 'mastercard' && network !== 'visa')) return undefined
  const known: Readonly<Record<string, SchemeAdvice>> = SCHEME_ADVICE[network]
  return Object.hasOwn(known, decline.networkAdvice) ? known[decline.networkAdvice] : undefined
}

/** What may follow a decline: the scheme's advice first, else its class (FAILURES 4). */
export const nextAfterDecline = (network: string | undefined, decline: Decline): NextStepAfterDecline => {
  const advice = schemeAdviceOf(network, decline)
  if (advice?.retry === 'never') return 'other_method'
  if (advice?.retry === 'fix') return 'fix_data'
  if (advice?.retry === 'after') return 'later'
  return DECLINE_POLICY.classes[decline.class].next
}
