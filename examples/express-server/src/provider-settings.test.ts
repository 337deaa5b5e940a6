import { expect, it } from 'vitest'
import { readProviders } from './provider-settings.ts'

const HOOKS = { ADYEN_HMAC_KEY: 'ab', ADYEN_WEBHOOK_USER: 'florin', ADYEN_WEBHOOK_PASSWORD: 'secret' }
const ADYEN = { ADYEN_API_KEY: 'AQE', ADYEN_MERCHANT_ACCOUNT: 'ShopCOM' }

it('knows no provider where none has a key', () => {
  expect(readProviders({ STRIPE_API_KEY: '' })).toEqual({ stripe: undefined, adyen: undefined })
})

it('takes Stripe with a key alone, and with an endpoint and a webhook secret', () => {
  const bare = { apiKey: 'sk_test_1', baseUrl: undefined, webhookSecret: undefined }
  expect(readProviders({ STRIPE_API_KEY: 'sk_test_1' }).stripe).toEqual(bare)
  const env = { STRIPE_API_KEY: 'sk_test_1', STRIPE_BASE_URL: 'http://127.0.0.1:1/', STRIPE_WEBHOOK_SECRET: 'whsec_1' }
  expect(readProviders(env).stripe).toEqual({ ...bare, baseUrl: 'http://127.0.0.1:1', webhookSecret: 'whsec_1' })
})

it('takes Adyen with a key and an account, and with webhooks', () => {
  const bare = { apiKey: 'AQE', merchantAccount: 'ShopCOM', baseUrl: undefined, webhooks: undefined }
  expect(readProviders(ADYEN).adyen).toEqual(bare)
  const webhooks = { hmacKey: 'ab', user: 'florin', password: 'secret' }
  expect(readProviders({ ...ADYEN, ...HOOKS }).adyen).toEqual({ ...bare, webhooks })
})

it.each([
  [{ STRIPE_BASE_URL: 'http://127.0.0.1:1' }, 'STRIPE_API_KEY must be set too'],
  [{ STRIPE_WEBHOOK_SECRET: 'whsec_1' }, 'STRIPE_API_KEY must be set too'],
  [{ STRIPE_API_KEY: 'sk_live_1' }, 'STRIPE_API_KEY is a live key'],
  [{ STRIPE_API_KEY: 'rk_live_1' }, 'STRIPE_API_KEY is a live key'],
  [{ ADYEN_API_KEY: 'AQE' }, 'ADYEN_MERCHANT_ACCOUNT must be set too'],
  [{ ADYEN_BASE_URL: 'http://127.0.0.1:1' }, 'ADYEN_API_KEY and ADYEN_MERCHANT_ACCOUNT must be set too'],
  [{ ...ADYEN, ADYEN_HMAC_KEY: 'ab' }, 'ADYEN_WEBHOOK_USER and ADYEN_WEBHOOK_PASSWORD must be set too'],
])('refuses %j, naming the variable and no secret', (env, message) => {
  expect(() => readProviders(env)).toThrow(message)
  expect(() => readProviders(env)).not.toThrow(/AQE|live_1|whsec_1/)
})
