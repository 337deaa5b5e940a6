import type { ProviderDouble } from '@florin/testkit'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'

/** A double behind the example. */
export interface StartedProvider {
  readonly double: ProviderDouble
  /** What the example is to be started with. */
  readonly env: Readonly<Record<string, string>>
  /** The next request of this kind does what it asks, and is answered only after `ms`. */
  slowNext(what: 'charge' | 'refund', ms: number): void
}

/** A provider whose double stands behind the example in tests. */
export interface Provider {
  readonly name: 'stripe' | 'adyen'
  /** As it writes itself. */
  readonly title: string
  readonly account: string
  readonly tokens: { readonly approved: string; readonly challenge: string; readonly declined: string }
  /** `decidesAfterMs`: how long it takes over what it decides by webhook. `shop` is asked for the server's URL when a webhook leaves. */
  start(shop: () => string, tuning?: { readonly decidesAfterMs?: number }): Promise<StartedProvider>
}

const HMAC_KEY = 'a1'.repeat(32)
const WEBHOOK_SECRET = 'whsec_of_the_tests_of_the_example'

/** Every provider that the example knows. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: 'stripe',
    title: 'Stripe',
    account: 'default',
    tokens: {
      approved: 'pm_card_visa',
      challenge: 'pm_card_threeDSecure2Required',
      declined: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    },
    async start(shop) {
      const accounts = { default: { apiKey: 'sk_test_florin', webhookSecret: WEBHOOK_SECRET } }
      const webhookUrl = (account: string) => `${shop()}/v1/webhooks/stripe/${account}`
      const double = await startStripeDouble({ accounts, webhookUrl })
      const env = {
        STRIPE_API_KEY: 'sk_test_florin',
        STRIPE_BASE_URL: double.url,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      }
      const slowNext: StartedProvider['slowNext'] = (what, ms) =>
        void double.fail({ how: 'slow', ms, when: { operation: what === 'charge' ? 'create' : 'refund' } })
      return { double, env, slowNext }
    },
  },
  {
    name: 'adyen',
    title: 'Adyen',
    account: 'ShopECOM',
    tokens: { approved: 'test_card:visa', challenge: 'test_card:threeds', declined: 'test_card:insufficient_funds' },
    async start(shop, { decidesAfterMs = 0 } = {}) {
      const webhookUrl = (account: string) => `${shop()}/v1/webhooks/adyen/${account}`
      const webhookAuth = { username: 'florin', password: 'of the tests' }
      const double = await startAdyenDouble({
        apiKey: 'adyen_test_key',
        accounts: { ShopECOM: 'ShopECOM' },
        hmacKey: HMAC_KEY,
        webhookAuth,
        webhookUrl,
        modificationDelayMs: decidesAfterMs,
      })
      const env = {
        ADYEN_API_KEY: 'adyen_test_key',
        ADYEN_MERCHANT_ACCOUNT: 'ShopECOM',
        ADYEN_BASE_URL: double.url,
        ADYEN_HMAC_KEY: HMAC_KEY,
        ADYEN_WEBHOOK_USER: webhookAuth.username,
        ADYEN_WEBHOOK_PASSWORD: webhookAuth.password,
      }
      const slowNext: StartedProvider['slowNext'] = (what, ms) =>
        void double.fail({ how: 'slow', ms, when: { operation: what === 'charge' ? 'payment' : 'refund' } })
      return { double, env, slowNext }
    },
  },
]
