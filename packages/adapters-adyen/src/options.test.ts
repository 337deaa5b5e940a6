import { inspect } from 'node:util'
import { isFlorinError } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { OPTIONS, SECRETS } from '../test/commands.ts'
import { adyen } from './adyen.ts'
import type { AdyenOptions } from './options.ts'

const refusal = (over: object): string => {
  try {
    adyen({ ...OPTIONS, ...over } as AdyenOptions)
  } catch (error) {
    if (!isFlorinError(error, 'configuration')) throw error
    const shown = `${error.message} ${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`
    for (const secret of Object.values(SECRETS)) expect(shown).not.toContain(secret)
    return error.message
  }
  throw new Error('it was not refused')
}

describe('an account', () => {
  test('is named as its merchant account, or as its owner wants', async () => {
    const one = adyen(OPTIONS)
    expect(one.accounts).toEqual(['FlorinECOM'])
    const { environment, ...account } = OPTIONS
    const two = adyen({ environment, accounts: { nl: account, de: { ...account, merchantAccount: 'FlorinDE' } } })
    expect(two.accounts).toEqual(['nl', 'de'])
    await Promise.all([one.transport.close?.(), two.transport.close?.()])
  })

  test.each([
    [{ apiKey: undefined }, /give apiKey and merchantAccount/],
    [{ apiKey: '' }, /apiKey: must be the key/],
    [{ apiKey: 'with space' }, /apiKey: must be the key/],
    [{ accounts: {} }, /either accounts, or the fields/],
    [{ merchantAccount: 'a:b' }, /merchantAccount: must be/],
    [{ environment: undefined }, /environment/],
    [{ sandbox: true }, /unknown option 'sandbox'/],
  ])('is refused: %j', (over, message) => expect(refusal(over)).toMatch(message))
})

describe('webhook secrets fail closed at construction', () => {
  test.each([
    [{ hmacKeys: [] }, /one key, or two/],
    [{ hmacKeys: [SECRETS.hmacKey, SECRETS.hmacKey, SECRETS.hmacKey] }, /one key, or two/],
    [{ hmacKeys: [''] }, /64 hexadecimal digits/],
    [{ hmacKeys: ['ab'] }, /64 hexadecimal digits/],
    [{ hmacKeys: ['x'.repeat(64)] }, /64 hexadecimal digits/],
    [{ webhookPassword: '' }, /8 to 255/],
    [{ webhookPassword: 'short' }, /8 to 255/],
    [{ webhookUser: 'a:b' }, /without ':'/],
    [{ webhookPassword: undefined }, /together/],
    [{ hmacKeys: undefined }, /together/],
  ])('%j', (over, message) => expect(refusal(over)).toMatch(message))
})

describe('the two worlds do not mix', () => {
  test.each([
    [{ environment: 'live' }, /no liveUrlPrefix/],
    [{ liveUrlPrefix: '1797a841fbb37ca7-Florin' }, /environment is 'test'/],
    [{ environment: 'live', baseUrl: 'https://checkout-test.adyen.com/v71' }, /test endpoint of Adyen's/],
    [{ baseUrl: 'https://x-checkout-live.adyenpayments.com/checkout/v71' }, /live endpoint of Adyen's/],
    [{ environment: 'live', baseUrl: 'https://checkout-test.adyen.com./v71' }, /test endpoint of Adyen's/],
    [{ environment: 'live', baseUrl: 'https://CHECKOUT-TEST.ADYEN.COM/v71' }, /test endpoint of Adyen's/],
    [{ environment: 'live', baseUrl: 'http://127.0.0.1:1/v71' }, /https only/],
    [{ environment: 'live', liveUrlPrefix: 'evil.example/' }, /must be the prefix alone/],
    [{ baseUrl: 'v71' }, /not an absolute URL/],
    [{ baseUrl: 'http://adyen.shop.test/v71' }, /not https/],
  ])('%j', (over, message) => expect(refusal(over)).toMatch(message))

  test('live needs a prefix, and no account has the endpoint of another', async () => {
    const gateway = adyen({ ...OPTIONS, environment: 'live', liveUrlPrefix: '1797a841fbb37ca7-Florin' })
    const request = { method: 'POST', path: '/payments', headers: {}, body: '{}' } as const
    expect(await gateway.transport.send(request, { account: 'other', deadline: Date.now() + 1_000 })).toMatchObject({
      outcome: 'not_sent',
    })
    await gateway.transport.close?.()
  })
})

test('a gateway shows none of its secrets', async () => {
  const gateway = adyen(OPTIONS)
  const shown = `${inspect(gateway, { depth: 9, showHidden: true })} ${JSON.stringify(gateway)}`
  for (const secret of Object.values(SECRETS)) expect(shown).not.toContain(secret)
  await gateway.transport.close?.()
})

test('capabilities say what the account was set up for', async () => {
  const plain = adyen(OPTIONS)
  expect(plain.capabilities).toMatchObject({
    methods: { card: { multiCapture: false, increment: false, separateCapture: true } },
    lookupBy: [],
    webhooks: true,
    reports: true, // without it Florin would refuse a gateway that has no lookup
  })
  const rich = adyen({ ...OPTIONS, multipleCaptures: true, increments: true })
  expect(rich.capabilities.methods).toMatchObject({
    card: { multiCapture: true, increment: true },
    apple_pay: { multiCapture: true, increment: false },
  })
  await Promise.all([plain.transport.close?.(), rich.transport.close?.()])
})
