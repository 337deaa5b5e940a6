import type { Capabilities, Gateway, MethodCapabilities } from '@florin/core/gateways'
import { type GuilderPayOptions, keyOf, resolveOptions } from './options.ts'
import { guilderRead } from './read.ts'
import { guilderRequest } from './request.ts'
import { signedTransport } from './signed-transport.ts'
import { guilderParse, guilderVerify } from './webhooks.ts'

const ACCOUNT = 'default'
const DAY_MS = 86_400_000

const CARD: MethodCapabilities = {
  separateCapture: true,
  multiCapture: false, // an order is captured once; what is left of the hold is released with it
  partialCapture: true,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: ['gateway_id', 'reference'],
}
/** A bank's transfer: it cannot be held, and what has arrived cannot be called off. */
const IDEAL: MethodCapabilities = { ...CARD, separateCapture: false, partialCapture: false }

/** What the manual promises, each in its own words. */
const capabilities = (webhooks: boolean): Capabilities => ({
  methods: { card: CARD, apple_pay: CARD, redirect: IDEAL },
  currencies: ['EUR', 'GBP', 'USD', 'CHF', 'JPY'],
  lookupBy: ['gateway_id', 'reference'],
  keyRetentionMs: 90 * DAY_MS, // "your ids are kept for ninety days"
  absenceAfterMs: 60_000, // "a request is carried out within a minute, or not at all"
  webhooks,
})

/**
 * Guilder Pay as a gateway of Florin: orders with a hold or a sale, one capture, cancels, refunds that banks decide later, 3-D Secure and
 * iDEAL by redirect, lookups, signed webhooks. Pure but for its transport, and safe for concurrent use; secrets are in closures.
 * Throws `configuration`.
 *
 * @example
 * const gateway = guilderPay({ merchant: 'M-1001', keyId: 'gk_…', secret: '…', webhookSecrets: ['whsec_…'] })
 */
export const guilderPay = (given: GuilderPayOptions): Gateway => {
  const options = resolveOptions(given)
  const keys = options.webhookSecrets.map(keyOf)
  const ours = { account: ACCOUNT, merchant: options.merchant }
  return Object.freeze({
    name: 'guilder-pay',
    capabilities: capabilities(keys.length > 0),
    accounts: [ACCOUNT],
    request: guilderRequest,
    read: guilderRead,
    verify: (delivery) => guilderVerify(delivery, keys, ours),
    parse: guilderParse,
    transport: signedTransport(options, ACCOUNT),
  } satisfies Gateway)
}
