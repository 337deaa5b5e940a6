import type { MethodType } from '../gateways/index.ts'
import type { GatewayTarget } from './target.ts'

/** One value, or several of which one has to be met. */
export type OneOrMore<T> = T | readonly T[]

/**
 * What a payment has to be like. Every field that is given has to be met; without any, every payment is meant. A payment that does not
 * carry a field (a card whose BIN nobody knows) does not meet it.
 */
export interface RuleMatch {
  readonly method?: OneOrMore<MethodType>
  /** Wallets: which one. Redirects: which scheme. Lower case. */
  readonly brand?: OneOrMore<string>
  /** Card schemes, lower case: `visa`, `mastercard`. */
  readonly network?: OneOrMore<string>
  /** Prefixes of 6 to 8 digits (`'424242'`), or ranges of equally long ones (`'42424200-42424299'`). */
  readonly bin?: OneOrMore<string>
  readonly currency?: OneOrMore<string>
  /** ISO 3166-1 alpha-2, of the card where it is known, else of the buyer. */
  readonly country?: OneOrMore<string>
  /** Decimal strings by currency, both ends included: `{ EUR: { min: '100.00' } }`. Payments in other currencies are not meant. */
  readonly amount?: Readonly<Record<string, { readonly min?: string; readonly max?: string }>>
  readonly merchant?: OneOrMore<string>
  /** Every one of these has to be there with exactly this value. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** One rule: what it means, and at most one thing to do. Without one, all eligible gateways are scored. */
export interface RoutingRule<G extends string = string> {
  /** A short name, unique: decisions are recorded with it. */
  readonly id: string
  readonly match?: RuleMatch
  /** These and no others, in this order: the next one is the failover. */
  readonly use?: readonly GatewayTarget<G>[]
  /** These and no others, the best by score first. */
  readonly only?: readonly GatewayTarget<G>[]
  /** All but these, the best by score first. */
  readonly avoid?: readonly GatewayTarget<G>[]
  /** Shares of the volume by weight, sticky by customer, else by reference: `{ stripe: 70, adyen: 30 }`. The others are the failover. */
  readonly split?: { readonly [T in GatewayTarget<G>]?: number }
}

/** How much each part of a score counts. Any positive numbers: only their proportion matters. */
export interface ScoreWeights {
  readonly success: number
  readonly latency: number
  readonly cost: number
}

/** What a gateway charges for a payment, as far as you know beforehand. */
export interface GatewayCost {
  /** Hundredths of a percent: 150 is 1.5 %. */
  readonly basisPoints: number
  /** By currency, decimal strings: `{ EUR: '0.25' }`. */
  readonly fixed?: Readonly<Record<string, string>>
}

/** One merchant's own routing. */
export interface MerchantRouting<G extends string = string> {
  /** Asked before the general rules. */
  readonly rules?: readonly RoutingRule<G>[]
  /** Instead of the general weights. */
  readonly weights?: Partial<ScoreWeights>
  /** The account at each gateway, where a rule names none. Default: the gateway's first. */
  readonly accounts?: { readonly [N in G]?: string }
}

/** Where payments go. Everything is optional: without any of it, all gateways are scored. */
export interface RoutingOptions<G extends string = string> {
  /** The first that matches decides; at most 500. */
  readonly rules?: readonly RoutingRule<G>[]
  /** Default: success 50, latency 30, cost 20. */
  readonly weights?: Partial<ScoreWeights>
  /**
   * The share of scored payments that try another gateway than the best, and of all payments that try an excluded one: without it nobody
   * would learn that a gateway is better, or well again. Default 0.02; at most 0.2.
   */
  readonly explorationShare?: number
  readonly costs?: { readonly [N in G]?: GatewayCost }
  readonly merchants?: Readonly<Record<string, MerchantRouting<G>>>
}
