import { stripe } from '@florin/adapters-stripe'
import type { StripeSettings } from '../provider-settings.ts'
import type { TestCard } from '../shop/cards.ts'
import type { OpenGateway } from './open-gateway.ts'
import type { ShopAddress } from './shop-address.ts'

const CARD = { type: 'card' } as const

/** Stripe's published test cards, as the PaymentMethod ids that stand for them (docs.stripe.com/testing, read 2026-11). */
const CARDS: readonly Omit<TestCard, 'gateway' | 'method'>[] = [
  { token: 'pm_card_visa', summary: 'Visa, approved', network: 'visa', last4: '4242', group: 'approved' },
  {
    token: 'pm_card_mastercard',
    summary: 'Mastercard, approved',
    network: 'mastercard',
    last4: '4444',
    group: 'approved',
  },
  {
    token: 'pm_card_threeDSecure2Required',
    summary: '3-D Secure is required',
    network: 'visa',
    last4: '3220',
    group: 'challenge',
  },
  {
    token: 'pm_card_visa_chargeDeclined',
    summary: 'Declined, no reason',
    network: 'visa',
    last4: '0002',
    group: 'declined',
  },
  {
    token: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    summary: 'Not enough money',
    network: 'visa',
    last4: '9995',
    group: 'declined',
  },
  {
    token: 'pm_card_visa_chargeDeclinedLostCard',
    summary: 'Reported lost',
    network: 'visa',
    last4: '9987',
    group: 'declined',
  },
  { token: 'pm_card_chargeDeclinedExpiredCard', summary: 'Expired', network: 'visa', last4: '0069', group: 'declined' },
  {
    token: 'pm_card_chargeDeclinedIncorrectCvc',
    summary: 'Wrong security code',
    network: 'visa',
    last4: '0127',
    group: 'declined',
  },
  {
    token: 'pm_card_chargeDeclinedProcessingError',
    summary: 'Processing error',
    network: 'visa',
    last4: '0119',
    group: 'declined',
  },
]

/** Stripe's gateway with its test cards. */
export const openStripe = ({ apiKey, baseUrl, webhookSecret }: StripeSettings, shop: ShopAddress): OpenGateway => {
  const gateway = stripe({
    apiKey,
    mode: 'test',
    ...(baseUrl !== undefined && { baseUrl }),
    ...(webhookSecret !== undefined && { webhookSecret }),
  })
  const notice = webhookSecret === undefined ? "Stripe's webhooks are refused until STRIPE_WEBHOOK_SECRET is set" : null
  return {
    name: 'stripe',
    gateway,
    url: baseUrl ?? 'https://api.stripe.com',
    webhooks: shop.webhookUrl('stripe', 'default'),
    provesReversals: true, // by lookup, also without webhooks
    cards: CARDS.map((card) => ({ ...card, gateway: 'stripe', method: CARD })),
    notice,
    close: async () => {},
  }
}
