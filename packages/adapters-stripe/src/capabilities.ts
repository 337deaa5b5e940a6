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
  })
}
