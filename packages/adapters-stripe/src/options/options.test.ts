import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { stripe } from '../stripe.ts'
import type { StripeOptions } from './options.ts'

const TEST = 'sk_test_1234567890'
const LIVE = 'rk_live_1234567890'
const SECRET = 'whsec_0123456789abcdef01234567'

const refusal = (options: unknown): string => {
  try {
    stripe(options as StripeOptions)
  } catch (error) {
    expect(error).toMatchObject({ name: 'FlorinError', code: 'configuration' })
    const told = inspect(error, { depth: null })
    for (const secret of [TEST, LIVE, SECRET]) expect(told).not.toContain(secret)
    return (error as Error).message
  }
  throw new Error('it was not refused')
}

describe('stripe(options) refuses, and says why', () => {
  test.each([
    ['no key', {}, 'give an apiKey, or accounts'],
    ['no account', { accounts: {} }, 'accounts is empty'],
    ['an empty key', { apiKey: '' }, 'is empty or has spaces'],
    ['a key with a line break', { apiKey: `${TEST}\n` }, 'is empty or has spaces'],
    ['a publishable key', { apiKey: 'pk_test_123' }, 'is a publishable key'],
    ['a webhook secret as key', { apiKey: SECRET }, 'is a webhook secret'],
    ['another provider’s key', { apiKey: 'AQE123' }, 'is no secret key of Stripe'],
    [
      'the same by Stripe’s rooted name',
      { apiKey: 'AQE123', baseUrl: 'https://API.stripe.com.:443/' },
      'is no secret key',
    ],
    ['a test key in live mode', { apiKey: TEST, mode: 'live' }, "the keys are test keys, and mode is 'live'"],
    ['a live key in test mode', { apiKey: LIVE, mode: 'test' }, "the keys are live keys, and mode is 'test'"],
    ['a live key over plain http', { apiKey: LIVE, baseUrl: 'http://127.0.0.1:4010' }, 'never sent over plain http'],
    [
      'live mode over plain http',
      { apiKey: 'x', mode: 'live', baseUrl: 'http://127.0.0.1:4010' },
      'never sent over plain http',
    ],
    ['plain http to another host', { apiKey: TEST, baseUrl: 'http://stripe.example' }, 'is not https'],
    ['accounts of two modes', { accounts: { eu: { apiKey: TEST }, us: { apiKey: LIVE } } }, 'test and live never mix'],
    ['a key beside accounts', { apiKey: TEST, accounts: { eu: { apiKey: TEST } } }, 'inside accounts'],
    ['an empty secret', { apiKey: TEST, webhookSecret: '' }, 'is empty'],
    ['no secret in a list', { apiKey: TEST, webhookSecret: [] }, 'give one, or two'],
    ['three secrets', { apiKey: TEST, webhookSecret: [SECRET, SECRET, SECRET] }, 'give one, or two'],
    ['a short secret', { apiKey: TEST, webhookSecret: 'whsec_short' }, 'has 11 characters'],
    ['an API key as secret', { apiKey: TEST, webhookSecret: TEST }, 'is no signing secret'],
    ['a secret of spaces', { apiKey: TEST, webhookSecret: ' '.repeat(40) }, 'is no signing secret'],
    ['a publishable key of the other mode', { apiKey: TEST, publishableKey: 'pk_live_1' }, 'is not a test key'],
    ['a connected account that is none', { apiKey: TEST, stripeAccount: 'shop' }, 'acct_'],
    ['an option that there is not', { apiKey: TEST, apiVersion: '2020-08-27' }, 'apiVersion'],
    ['a number for a key', { apiKey: 42 }, 'option apiKey'],
  ])('%s', (_, options, why) => {
    expect(refusal(options)).toContain(why)
  })
})

describe('stripe(options) takes', () => {
  test('one account, called default', () => {
    expect(stripe({ apiKey: TEST }).accounts).toEqual(['default'])
  })

  test('several accounts, the first as default', () => {
    expect(stripe({ accounts: { eu: { apiKey: TEST }, us: { apiKey: 'rk_test_2' } } }).accounts).toEqual(['eu', 'us'])
  })

  test('a key of any shape where the endpoint is not Stripe’s', () => {
    expect(stripe({ apiKey: 'whatever', baseUrl: 'http://127.0.0.1:4010' }).name).toBe('stripe')
  })

  test('webhook secrets, and declares webhooks only where every account has one', () => {
    expect(stripe({ apiKey: TEST }).capabilities.webhooks).toBe(false)
    expect(stripe({ apiKey: TEST, webhookSecret: [SECRET, `${SECRET}x`] }).capabilities.webhooks).toBe(true)
    const accounts = { eu: { apiKey: TEST, webhookSecret: SECRET }, us: { apiKey: 'sk_test_2' } }
    expect(stripe({ accounts }).capabilities.webhooks).toBe(false)
  })

  test('the limit that Stripe documents for the mode of the keys, and none for an endpoint that is not Stripe’s', () => {
    const limitOf = (options: Parameters<typeof stripe>[0]) => stripe(options).capabilities.rateLimit
    const within = (limit: ReturnType<typeof limitOf>) => (limit?.perSecond ?? 0) + (limit?.burst ?? 0)
    expect([within(limitOf({ apiKey: TEST })), within(limitOf({ apiKey: 'sk_live_1' }))]).toEqual([25, 100])
    expect(limitOf({ apiKey: TEST, baseUrl: 'http://127.0.0.1:4010' })).toBeUndefined()
  })

  test('what Stripe grants by contract only where it is said', () => {
    const plain = stripe({ apiKey: TEST }).capabilities.methods.card
    expect(plain).toMatchObject({ separateCapture: true, partialCapture: true, multiCapture: false, increment: false })
    const granted = stripe({ apiKey: TEST, multicapture: true, incrementalAuthorization: true }).capabilities.methods
      .card
    expect(granted).toMatchObject({ multiCapture: true, increment: true })
  })

  test('a transport of one’s own, and uses no other', () => {
    const transport = { send: async () => ({ outcome: 'not_sent', reason: 'none' }) as const }
    expect(stripe({ apiKey: TEST, transport }).transport).toBe(transport)
  })
})
