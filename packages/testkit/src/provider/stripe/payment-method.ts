import type { TestMethod } from './test-methods.ts'

/** A payment method that was made of a test card: at Stripe every use of `pm_card_visa` makes a new one. */
export interface PaymentMethod {
  readonly id: string
  readonly account: string
  readonly card: TestMethod
  readonly created: number
  customer: string | null
  /** A payment with `setup_future_usage` was authenticated, so that later ones pass without the buyer. */
  setUp: boolean
}

const BILLING = Object.freeze({
  address: Object.freeze({ city: null, country: null, line1: null, line2: null, postal_code: null, state: null }),
  email: null,
  name: null,
  phone: null,
  tax_id: null,
})

/** Billing details of somebody who gave none. */
export const NO_BILLING: typeof BILLING = BILLING

/** When test cards expire: far away. */
export const EXPIRY = Object.freeze({ exp_month: 12, exp_year: 2034 })
const CHECKS = Object.freeze({ address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' })

/** A stand-in for the hash that Stripe gives for a card's number. */
export const fingerprintOf = ({ brand, last4 }: TestMethod): string => `Fl${brand.slice(0, 4)}${last4}`

/** The object as Stripe writes it. */
export const wirePaymentMethod = ({ id, card, created, customer }: PaymentMethod) => ({
  id,
  object: 'payment_method' as const,
  allow_redisplay: 'unspecified' as const,
  billing_details: BILLING,
  card: {
    brand: card.brand,
    checks: CHECKS,
    country: card.country,
    display_brand: card.brand,
    ...EXPIRY,
    fingerprint: fingerprintOf(card),
    funding: card.funding,
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated' as const,
    three_d_secure_usage: { supported: true },
    wallet: null,
  },
  created,
  customer,
  customer_account: null,
  livemode: false,
  metadata: {},
  type: 'card' as const,
})

/** What `wirePaymentMethod` gives. */
export type WirePaymentMethod = ReturnType<typeof wirePaymentMethod>
