import { describe, expect, test } from 'vitest'
import { CAN, refusalOf, routable } from '../../test/routing-world.ts'
import type { Gateway } from '../gateways/index.ts'
import { createRouter } from './router.ts'

const GATEWAYS: ReadonlyMap<string, Gateway> = new Map([
  ['stripe', routable({ currencies: ['EUR', 'USD'] }, ['eu', 'us'])],
  ['adyen', routable({ methods: { card: CAN, redirect: CAN }, currencies: ['EUR', 'GBP'] })],
])

const refused = (...rules: readonly object[]): string =>
  refusalOf(() => createRouter(GATEWAYS, { rules: rules as never })).message

describe('a rule is refused with the reason where it', () => {
  test.each<[what: string, rule: object, reason: string]>([
    ['names an unknown gateway', { use: ['paypal'] }, "'paypal', and there is none: there are stripe, adyen"],
    ['names an unknown account', { use: ['stripe/asia'] }, "'stripe/asia', and 'stripe' has none such: it has eu, us"],
    ['names a gateway twice', { use: ['stripe', 'stripe'] }, "names 'stripe/eu' twice"],
    ['names a default account twice', { only: ['stripe', 'stripe/eu'] }, "names 'stripe/eu' twice"],
    ['splits with no weight', { split: { stripe: 0, adyen: 1 } }, 'must be greater than 0'],
    ['splits with a negative weight', { split: { stripe: -1, adyen: 1 } }, 'must be greater than 0'],
    ['splits with one gateway', { split: { stripe: 1 } }, 'needs two gateways'],
    ['splits to an unknown gateway', { split: { stripe: 1, paypal: 1 } }, "'paypal', and there is none"],
    ['does two things', { use: ['stripe'], avoid: ['adyen'] }, 'does use and avoid: a rule does one thing'],
    ['says something unknown', { uses: ['stripe'] }, 'Unrecognized key'],
    ['has no method that anybody takes', { match: { method: 'bank_transfer' } }, 'no gateway takes bank_transfer'],
    ['has no currency that anybody takes', { match: { currency: ['JPY', 'CHF'] } }, 'no gateway takes JPY or CHF'],
    [
      'has a method and a currency that nobody takes together',
      { match: { method: 'redirect', currency: 'USD' } },
      'no gateway takes redirect in USD',
    ],
    ['uses a gateway that cannot', { match: { currency: 'GBP' }, use: ['stripe', 'adyen'] }, "names 'stripe', which"],
    ['avoids all that could', { match: { currency: 'GBP' }, avoid: ['adyen'] }, 'avoids every gateway that could'],
    [
      'avoids the one account that each stands for',
      { avoid: ['adyen', 'stripe/eu'] },
      'avoids every gateway that could',
    ],
    ['has no such currency', { match: { currency: 'EURO' } }, 'not an active currency code'],
    ['has no such country', { match: { country: 'UK' } }, 'country code of ISO 3166-1'],
    ['has a country in small letters', { match: { country: ['de'] } }, 'in capitals'],
    ['lists nothing', { match: { country: [] } }, 'must not be empty'],
    ['lists something twice', { match: { country: ['DE', 'DE'] } }, "names 'DE' twice"],
    ['has an empty range of amounts', { match: { amount: { EUR: { min: '2.00', max: '1.99' } } } }, 'there is nothing'],
    ['has no amounts', { match: { amount: {} } }, 'must name a currency'],
    ['has amounts as numbers', { match: { amount: { EUR: { min: 5 } } } }, 'expected string'],
    ['has too precise amounts', { match: { amount: { EUR: { min: '1.999' } } } }, 'too many decimals'],
    [
      'has amounts in other currencies',
      { match: { currency: 'USD', amount: { EUR: { min: '1.00' } } } },
      'amounts in none of its currencies',
    ],
    ['has a short BIN', { match: { bin: '42424' } }, 'must be a prefix of 6 to 8 digits'],
    ['has a long BIN', { match: { bin: '424242424' } }, 'must be a prefix of 6 to 8 digits'],
    ['has a BIN range upside down', { match: { bin: '424243-424242' } }, 'from low to high'],
    ['has a BIN range of unequal ends', { match: { bin: '424242-42424300' } }, 'equally long'],
    [
      'asks a redirect for a BIN',
      { match: { method: 'redirect', bin: '424242' } },
      'only cards have a network or a BIN',
    ],
    ['asks a redirect for a network', { match: { method: 'redirect', network: 'visa' } }, 'only cards have a network'],
    ['has a network in capitals', { match: { network: 'VISA' } }, 'must be lower case'],
    ['names no merchant', { match: { merchant: 'shop' } }, 'must be a merchant id'],
  ])('%s', (_, rule, reason) => {
    const message = refused({ id: 'r', ...rule })
    expect(message).toContain('routing.rules.0')
    expect(message).toContain(reason)
  })

  test('is behind a rule that takes all its payments', () => {
    const message = refused(
      { id: 'eu', match: { currency: ['EUR', 'USD'], country: ['DE', 'FR'] }, use: ['stripe'] },
      { id: 'de', match: { currency: 'EUR', country: 'DE', network: 'visa' }, use: ['adyen'] },
    )
    expect(message).toContain("routing.rules.1: rule 'de' can never match: 'eu' comes first")
  })

  test.each<[what: string, wide: object, narrow: object]>([
    ['a BIN within its range', { bin: '424200-424299' }, { bin: '42425555' }],
    ['ranges that touch', { bin: ['424200-424249', '424250-424299'] }, { bin: '424240-424260' }],
    ['amounts within its own', { amount: { EUR: { min: '1.00' } } }, { amount: { EUR: { min: '1.00', max: '2.00' } } }],
    ['amounts in its currency', { currency: 'EUR' }, { amount: { EUR: { max: '2.00' } } }],
    ['a BIN where it means cards', { method: ['card', 'apple_pay', 'google_pay'] }, { bin: '424242' }],
    ['more metadata', { metadata: { a: '1' } }, { metadata: { b: '2', a: '1' } }],
    ['anything, as it is for everybody', {}, { merchant: 'mer_1', brand: 'ideal' }],
  ])('is shadowed: %s', (_, wide, narrow) => {
    expect(refused({ id: 'wide', match: wide }, { id: 'narrow', match: narrow })).toContain("'wide' comes first")
  })

  test.each<[what: string, first: object, second: object]>([
    ['a wider BIN', { bin: '42424242' }, { bin: '424242' }],
    ['amounts that begin lower', { amount: { EUR: { min: '1.00' } } }, { amount: { EUR: { min: '0.99' } } }],
    ['amounts without an end', { amount: { EUR: { max: '9.00' } } }, { amount: { EUR: { min: '1.00' } } }],
    ['the same amounts in another currency', { amount: { EUR: {} } }, { amount: { USD: {} } }],
    ['a method more', { method: 'card' }, { method: ['card', 'redirect'] }],
    ['other metadata', { metadata: { a: '1' } }, { metadata: { a: '2' } }],
    ['no condition', { country: 'DE' }, {}],
  ])('but not for %s', (_, first, second) => {
    const rules = [
      { id: 'first', match: first },
      { id: 'second', match: second },
    ]
    expect(() => createRouter(GATEWAYS, { rules: rules as never })).not.toThrow()
  })

  test('has the name of another', () => {
    const message = refused({ id: 'r', match: { country: 'DE' } }, { id: 'r', match: { country: 'FR' } })
    expect(message).toContain("routing.rules.1.id: 'r' is the name of an earlier rule")
  })
})

describe('the other options are refused where they', () => {
  test.each<[what: string, options: object, reason: string]>([
    ['give no part a weight', { weights: { success: 0, latency: 0, cost: 0 } }, 'routing.weights: are all zero'],
    ['give a negative weight', { weights: { success: -1 } }, 'routing.weights.success'],
    ['explore too much', { explorationShare: 0.5 }, 'routing.explorationShare'],
    [
      'price an unknown gateway',
      { costs: { paypal: { basisPoints: 1 } } },
      "routing.costs: names the gateway 'paypal'",
    ],
    [
      'price with nonsense',
      { costs: { stripe: { basisPoints: 1, fixed: { EUR: 0.25 } } } },
      'routing.costs.stripe.fixed.EUR',
    ],
    ['have no such merchant', { merchants: { shop: {} } }, 'must be a merchant id'],
    [
      'give a merchant an unknown account',
      { merchants: { mer_1: { accounts: { stripe: 'asia' } } } },
      "routing.merchants.mer_1.accounts.stripe: 'stripe' has no account 'asia': it has eu, us",
    ],
    [
      "give a merchant another's rule",
      { merchants: { mer_1: { rules: [{ id: 'r', match: { merchant: 'mer_2' } }] } } },
      'it is a rule of mer_1 and asks for other merchants',
    ],
    [
      "give a merchant's rule a general one's name",
      { rules: [{ id: 'r' }], merchants: { mer_1: { rules: [{ id: 'r' }] } } },
      "routing.merchants.mer_1.rules.0.id: 'r' is the name of a general rule",
    ],
  ])('%s', (_, options, reason) => {
    const error = refusalOf(() => createRouter(GATEWAYS, options as never))
    expect(error.code).toBe('configuration')
    expect(error.message).toContain(reason)
  })
})

describe('a bare name means the merchant’s account where it has one, so naming the other one too', () => {
  const own = (account: string, ...use: readonly string[]) => ({
    merchants: { mer_1: { accounts: { stripe: account }, rules: [{ id: 'own', use }] } },
  })
  const create = (options: object) => () => createRouter(GATEWAYS, options as never)

  test('is no repetition, and naming its own is one', () => {
    expect(create(own('us', 'stripe', 'stripe/eu'))).not.toThrow()
    expect(create(own('us', 'stripe', 'stripe/us'))).toThrow("names 'stripe/us' twice")
    expect(create(own('eu', 'stripe', 'stripe/eu'))).toThrow("names 'stripe/eu' twice")
  })

  test('is all that there is to avoid', () => {
    const avoiding = (account: string) => ({
      merchants: { mer_1: { accounts: { stripe: 'us' }, rules: [{ id: 'own', avoid: ['adyen', account] }] } },
    })
    expect(create(avoiding('stripe/us'))).toThrow("rule 'own' can never match: it avoids every gateway")
    expect(create(avoiding('stripe/eu'))).not.toThrow()
  })

  test('is fine in a general rule as soon as merchants differ; the bare name twice never is', () => {
    const general = (...use: readonly string[]) => ({ ...own('us', 'adyen'), rules: [{ id: 'all', use }] })
    expect(create(general('stripe', 'stripe/eu'))).not.toThrow()
    expect(create(general('stripe', 'stripe'))).toThrow("names 'stripe' twice")
  })
})
