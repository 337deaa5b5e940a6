import type { MethodType } from '../gateways/index.ts'
import type { Rounding } from '../money/index.ts'

/** One value, or any of several. */
export type AnyOf<T extends string> = T | readonly T[]

/** Decimal strings by currency: `{ EUR: '0.25' }`. */
export type ByCurrency = Readonly<Record<string, string>>

/** Which captures a rule is for: all of what is named must hold. What nobody knows of a capture matches no condition. */
export interface FeeConditions {
  readonly method?: AnyOf<MethodType> | undefined
  /** As the gateway names it, in lower case: `visa`. */
  readonly network?: AnyOf<string> | undefined
  /** `domestic` or `foreign` by the schedule's own country, or one of its `regions`: where the instrument was issued. */
  readonly region?: AnyOf<string> | undefined
  readonly currency?: AnyOf<string> | undefined
}

/** A part of the amount and a fixed sum. A currency that is not named has no fixed part. */
export interface FeePrice {
  /** A percentage: `'2.9'`. */
  readonly percent: string
  readonly fixed?: ByCurrency | undefined
}

/** Another price from an amount on, for the whole amount; in currencies that `from` does not name there is no such tier. */
export interface FeeTier extends FeePrice {
  readonly from: ByCurrency
}

/** What a capture costs its merchant. */
export interface FeeRule extends FeePrice {
  /** What postings and events call it. */
  readonly name: string
  /** Absent: every capture. */
  readonly when?: FeeConditions | undefined
  readonly tiers?: readonly FeeTier[] | undefined
  /** The least and the most of the whole fee. The amount itself is always the most. */
  readonly minimum?: ByCurrency | undefined
  readonly maximum?: ByCurrency | undefined
  /**
   * Interchange++: what the gateway charges for the capture is passed on, and the price is the markup on it. Where the gateway does not say
   * at once, the estimate counts until it does; then the difference is booked.
   */
  readonly interchange?: { readonly estimate: FeePrice } | undefined
  /** What becomes of the fee when the buyer is refunded: it is kept (if absent), or given back pro rata. */
  readonly onRefund?: 'kept' | 'returned' | undefined
}

/** What a merchant pays for captures: the first rule that matches. The last one has no conditions, so that none goes without. */
export interface FeeSchedule {
  /** Where the merchant is, for `domestic` and `foreign`: a code of ISO 3166-1. */
  readonly country?: string | undefined
  /** Countries by a name of yours: `{ eea: ['DE', 'FR'] }`. */
  readonly regions?: Readonly<Record<string, readonly string[]>> | undefined
  /** How every fee is rounded to the minor unit. `half_even` if absent: many small fees then favour nobody. */
  readonly rounding?: Rounding | undefined
  readonly rules: readonly FeeRule[]
}

/** A capture, as far as fees depend on it. */
export interface FeeSubject {
  /** Minor units. */
  readonly amount: bigint
  readonly currency: string
  readonly method: MethodType
  readonly network: string | null
  /** Where the instrument was issued. */
  readonly country: string | null
  /** What the gateway charged for it, minor units; null where nobody knows yet. */
  readonly cost: bigint | null
}

/** What a fee is made of; `minimum`, `maximum` and `amount` are what those limits added or took away. */
export const FEE_PARTS = ['interchange', 'percent', 'fixed', 'minimum', 'maximum', 'amount'] as const
/** One part of a fee. */
export type FeePart = (typeof FEE_PARTS)[number]

/** A fee, and why it is that much. */
export interface FeeDecision {
  /** Minor units, from zero to the amount. */
  readonly fee: bigint
  /** The rule's name; `configured` for the simple fee of the merchant's options. */
  readonly rule: string
  /** The version of the schedule; null for the simple fee. */
  readonly schedule: number | null
  readonly onRefund: 'kept' | 'returned'
  /** Whether it stands on an estimate of the interchange, to be trued up. */
  readonly estimated: boolean
  readonly parts: readonly { readonly what: FeePart; readonly amount: bigint }[]
}

/** Decides the fee of a capture. Pure. */
export type FeeDecider = (subject: FeeSubject) => FeeDecision

/** The name of the rule that a merchant's `fee` option is. */
export const CONFIGURED = 'configured'
