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

/** Prices by what the merchant has captured in the calendar month so far, in the capture's currency. */
export interface FeeVolume {
  /**
   * `graduated`: what of a capture lies within a tier has that tier's price, as with income tax. `whole`: the whole capture has the price of
   * the tier that the month had reached before it. What was captured earlier keeps its fee in either.
   */
  readonly mode: 'graduated' | 'whole'
  /** Tiers by the month's volume; below the first one the rule's own price counts. */
  readonly tiers: readonly FeeTier[]
}

/** What a capture costs its merchant. */
export interface FeeRule extends FeePrice {
  /** What postings and events call it. */
  readonly name: string
  /** Absent: every capture. */
  readonly when?: FeeConditions | undefined
  readonly tiers?: readonly FeeTier[] | undefined
  /** Instead of tiers by the capture's own amount: by the month's volume. A fixed part is taken once, of the tier in which the capture begins. */
  readonly volume?: FeeVolume | undefined
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
  /** Where months begin and end for `volume`: an IANA time zone, such as `Europe/Berlin`. `UTC` if absent. */
  readonly zone?: string | undefined
  /** How every fee is rounded to the minor unit. `half_even` if absent: many small fees then favour nobody. */
  readonly rounding?: Rounding | undefined
  readonly rules: readonly FeeRule[]
}

/** What a month has captured before a capture. */
export interface VolumeBefore {
  /** `2026-11`, in the schedule's zone. */
  readonly month: string
  /** Minor units of the capture's currency. */
  readonly before: bigint
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
  /** Absent or null where the merchant's volume is not counted; fees by volume then are those of a month that begins. */
  readonly volume?: VolumeBefore | null
}

/** What a fee is made of, one `percent` for each tier that it goes through; `minimum`, `maximum` and `amount` are what those limits added or took away. */
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
  /** The month in whose volume the capture counts; null where none is counted. */
  readonly month: string | null
  /** Where its rule goes by volume: what the month had before it, and the start of the tier that this is in (0: none yet). Minor units. */
  readonly reached: { readonly before: bigint; readonly tier: bigint } | null
}

/** Decides the fee of a capture. Pure. */
export type FeeDecider = (subject: FeeSubject) => FeeDecision

/** The name of the rule that a merchant's `fee` option is. */
export const CONFIGURED = 'configured'
