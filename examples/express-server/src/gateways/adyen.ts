import { randomBytes } from 'node:crypto'
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

/** Cards whose number is not Adyen's Visa 4111 1111 1111 1111 (docs.adyen.com/development-resources/test-cards-and-credentials). */
const FACES: Readonly<Record<string, Pick<TestCard, 'network' | 'last4'>>> = {
  mastercard: { network: 'mastercard', last4: '1111' },
  blocked: { network: 'mastercard', last4: '1111' },
  amex: { network: 'amex', last4: '0002' },
  threeds: { network: 'visa', last4: '1237' },
}
const VISA = { network: 'visa', last4: '1111' } as const

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const summaryOf = (network: string, does: string): string =>
  does === 'is approved' ? `${capital(network)}, approved` : capital(does.replace(/^is /, ''))

const CARDS: readonly TestCard[] = Object.entries(ADYEN_TEST_CARDS).map(([card, { token, does }]) => {
  const face = FACES[card] ?? VISA
  return {
    gateway: 'adyen',
    token,
    summary: summaryOf(face.network, does),
    ...face,
    group: GROUPS[card] ?? 'declined',
    method: { type: 'card' },
  }
})

/**
 * Florin takes no gateway that has neither lookup nor webhooks, because nobody could ever say what became of a charge whose answer is
 * lost. To try Adyen without its webhooks, they are set up with a key that nobody knows: all of them are refused.
 */
const unknownWebhooks = (): NonNullable<AdyenSettings['webhooks']> => ({
  hmacKey: randomBytes(32).toString('hex'),
  user: 'florin',
  password: randomBytes(32).toString('hex'),
})

/** Adyen's gateway with its test cards. */
export const openAdyen = (
  { apiKey, merchantAccount, baseUrl, webhooks }: AdyenSettings,
  shop: ShopAddress,
): OpenGateway => {
  const { hmacKey, user, password } = webhooks ?? unknownWebhooks()
  const gateway = adyen({
    environment: 'test',
    apiKey,
    merchantAccount,
    returnUrl: shop.returnUrl, // Adyen wants one of every charge, also of those that send nobody away
    ...(baseUrl !== undefined && { baseUrl }),
    hmacKeys: [hmacKey],
    webhookUser: user,
    webhookPassword: password,
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
    provesReversals: webhooks !== undefined, // it has no lookup
    cards: CARDS,
    notice,
    close: async () => {},
  }
}
