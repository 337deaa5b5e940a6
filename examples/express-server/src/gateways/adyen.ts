import { ADYEN_TEST_CARDS, adyen } from '@florin/adapters-adyen'
import type { AdyenSettings } from '../provider-settings.ts'
import type { TestCard } from '../shop/cards.ts'
import type { OpenGateway } from './open-gateway.ts'
import type { ShopAddress } from './shop-address.ts'

/** How the page groups Adyen's test cards; a card that is not here is declined. */
const GROUPS: Readonly<Record<string, TestCard['group']>> = {
  visa: 'approved',
  mastercard: 'approved',
  amex: 'approved',
  capture_failed: 'approved',
  refund_failed: 'approved',
  threeds: 'challenge',
  pending: 'later',
}
const NETWORKS: Readonly<Record<string, string>> = { mastercard: 'mastercard', amex: 'amex' }

const nameOf = (card: string, does: string): string => `${card.replaceAll('_', ' ')}: ${does}`

const CARDS: readonly TestCard[] = Object.entries(ADYEN_TEST_CARDS).map(([card, { token, does }]) => ({
  gateway: 'adyen',
  token,
  summary: nameOf(card, does),
  network: NETWORKS[card] ?? 'visa',
  last4: null,
  group: GROUPS[card] ?? 'declined',
  method: { type: 'card' },
}))

/** Adyen's gateway with its test cards. */
export const openAdyen = (
  { apiKey, merchantAccount, baseUrl, webhooks }: AdyenSettings,
  shop: ShopAddress,
): OpenGateway => {
  const gateway = adyen({
    environment: 'test',
    apiKey,
    merchantAccount,
    returnUrl: shop.returnUrl, // Adyen wants one of every charge, also of those that send nobody away
    ...(baseUrl !== undefined && { baseUrl }),
    ...(webhooks !== undefined && {
      hmacKeys: [webhooks.hmacKey],
      webhookUser: webhooks.user,
      webhookPassword: webhooks.password,
    }),
  })
  const notice =
    webhooks === undefined
      ? 'Adyen decides captures, cancels and refunds by webhook, and they stay pending until ADYEN_HMAC_KEY, ADYEN_WEBHOOK_USER and ADYEN_WEBHOOK_PASSWORD are set'
      : null
  return {
    name: 'adyen',
    gateway,
    url: baseUrl ?? 'https://checkout-test.adyen.com/v71',
    webhooks: shop.webhookUrl('adyen', merchantAccount),
    cards: CARDS,
    notice,
    close: async () => {},
  }
}
