import type { Capabilities, MethodCapabilities } from '@florin/core/gateways'
import { STRIPE_CURRENCIES } from './amount.ts'
import type { ResolvedOptions } from './options/options.ts'

const HOUR_MS = 3_600_000

/** "At least 24 hours" (docs.stripe.com/api/idempotent_requests); after that a key executes anew. */
const KEY_RETENTION_MS = 24 * HOUR_MS

/**
 * A search finds a new PaymentIntent within a minute, "up to an hour behind during outages" (docs.stripe.com/api/payment_intents/search,
 * 2026-11): twice that. Captures, cancels, increments and refunds are read from lists and objects, which lag behind nothing.
 */
const ABSENCE_AFTER_MS = 2 * HOUR_MS

/**
 * "Global API rate limit", per account, reads and writes together: live 100 requests a second, a sandbox 25 (docs.stripe.com/rate-limits,
 * looked up 2026-11; until about 2025 the same page gave each number to reads and to writes apart). A rate and a burst that stay within it
 * in any second. A single endpoint has 25 unless Stripe raised it for the account; what goes beyond is answered 429 and backed off from.
 */
const RATE_LIMITS = {
  live: Object.freeze({ perSecond: 80, burst: 20 }),
  test: Object.freeze({ perSecond: 20, burst: 5 }),
} as const

const cardOf = ({ multicapture, incrementalAuthorization }: ResolvedOptions): MethodCapabilities =>
  Object.freeze({
    separateCapture: true,
    multiCapture: multicapture,
    partialCapture: true,
    increment: incrementalAuthorization,
    refund: true,
    partialRefund: true,
    reverseBy: Object.freeze(['gateway_id'] as const),
  })

/** Taken at once; a buyer who has not come back yet can be called off. */
const REDIRECT: MethodCapabilities = Object.freeze({
  separateCapture: false,
  multiCapture: false,
  partialCapture: false,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: Object.freeze(['gateway_id'] as const),
})

/** What these accounts can do. Stripe cannot cancel by our reference: a charge is looked up first. */
export const stripeCapabilities = (options: ResolvedOptions): Capabilities => {
  const card = cardOf(options)
  return Object.freeze({
    methods: Object.freeze({ card, apple_pay: card, google_pay: card, redirect: REDIRECT }),
    currencies: STRIPE_CURRENCIES,
    lookupBy: Object.freeze(['gateway_id', 'reference'] as const),
    keyRetentionMs: KEY_RETENTION_MS,
    absenceAfterMs: ABSENCE_AFTER_MS,
    webhooks: options.webhooks,
    // An endpoint that only speaks Stripe's API has limits of its own.
    ...(options.atStripe && { rateLimit: RATE_LIMITS[options.mode ?? 'test'] }),
  })
}
