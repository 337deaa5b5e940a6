import type { CustomerAction, RawDelivery } from '@florin/core/gateways'

/** One charge in a provider's books. Amounts are minor units of ISO 4217, whatever the provider counts in. */
export interface ProviderCharge {
  readonly id: string
  /** The reference that we gave it: the attempt's id. */
  readonly reference: string
  readonly currency: string
  readonly amount: bigint
  /** Reserved and not released; what is captured counts. */
  readonly authorized: bigint
  readonly captured: bigint
  readonly refunded: bigint
  /** Taken back by disputes and not given back; absent where the double has none. */
  readonly disputed?: bigint
  readonly state: 'waiting' | 'authorized' | 'captured' | 'canceled' | 'declined'
}

/**
 * A provider's double: it speaks the provider's protocol on a loopback port, moves money in books of its own, and announces what it did.
 * The conformance suite, the example and the benchmarks run adapters against it.
 */
export interface ProviderDouble {
  /** Where it listens; give it to the adapter as `baseUrl`. */
  readonly url: string
  /** Every charge that it knows, oldest first. */
  books(): readonly ProviderCharge[]
  /**
   * The webhooks made since the last call, oldest first, as a host would receive them now: what the provider does later by itself
   * (an asynchronous capture) is done first.
   */
  deliveries(): readonly RawDelivery[]
  /**
   * Does at the provider's page what a buyer's browser would, and gives the query that it brings back to the return URL. A redirect
   * to `action.url` in a real browser does the same.
   */
  answerChallenge(action: CustomerAction, outcome: 'confirm' | 'fail'): Promise<Readonly<Record<string, string>>>
  /** How many requests reached it that asked to change something, replays included. */
  mutations(): number
  close(): Promise<void>
}
