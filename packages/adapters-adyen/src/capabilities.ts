import type { Capabilities, MethodCapabilities } from '@florin/core/gateways'
import { ADYEN_CURRENCIES } from './money/currencies.ts'
import type { ResolvedOptions } from './options.ts'

const DAY_MS = 86_400_000

/** Adyen remembers a key for 7 to 14 days; the least counts. Source: FAILURES section 3; older pages of Adyen's say 31 days. Date: 2026-11-21. */
const KEY_RETENTION_MS = 7 * DAY_MS

/** Without a lookup nothing is ever absent; the time says as much. */
const ABSENCE_AFTER_MS = 14 * DAY_MS

const cards = ({ multipleCaptures, increments }: ResolvedOptions): MethodCapabilities =>
  Object.freeze({
    separateCapture: true,
    multiCapture: multipleCaptures,
    // "Any unclaimed amount after a partial capture gets cancelled. This does not apply if you enabled multiple partial captures"
    // (docs.adyen.com/api-explorer, Checkout, captures; looked up 2026-11).
    finalCaptureReleases: !multipleCaptures,
    partialCapture: true,
    increment: increments,
    refund: true,
    partialRefund: true,
    reverseBy: Object.freeze(['gateway_id', 'reference'] as const),
  })

/** Methods that take the money at once: Adyen has nothing to cancel there, and refunds what came in. */
const AT_ONCE: MethodCapabilities = Object.freeze({
  separateCapture: false,
  multiCapture: false,
  partialCapture: false,
  increment: false,
  refund: true,
  partialRefund: true,
  reverseBy: Object.freeze([]),
})

/** A bank transfer can be given back only with the buyer's account number, which Adyen does not always have. */
const TRANSFER: MethodCapabilities = Object.freeze({ ...AT_ONCE, refund: false, partialRefund: false })

/**
 * What Adyen can do, as far as its documentation promises it for every account. It names no `rateLimit`: Adyen says that there
 * are limits and publishes no number (docs.adyen.com/errors/internal, as of 2026-05). A 429 is backed off from all the same, and a host sets
 * `resilience.rate.accounts` to what Adyen agreed to.
 */
export const capabilitiesOf = (options: ResolvedOptions): Capabilities => {
  const card = cards(options)
  // Wallets hold cards; amounts of theirs that were authorised in the wallet are not raised afterwards.
  const wallet = Object.freeze({ ...card, increment: false })
  return Object.freeze({
    methods: Object.freeze({ card, apple_pay: wallet, google_pay: wallet, redirect: AT_ONCE, bank_transfer: TRANSFER }),
    currencies: ADYEN_CURRENCIES,
    lookupBy: Object.freeze([]), // Adyen has no way to ask what became of a payment
    keyRetentionMs: KEY_RETENTION_MS,
    absenceAfterMs: ABSENCE_AFTER_MS,
    // "All transactions you processed", by merchant reference (docs.adyen.com/reporting/received-payment-details-report, looked up 2026-11).
    reports: true,
    webhooks: [...options.accounts.values()].every(({ webhook }) => webhook !== null),
  })
}
