import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { hold, refusalOf, sale, sdkFor, start } from './start.ts'

const DECLINES = [
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
  ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
  ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', ''],
] as const

describe('declines', () => {
  it.each(DECLINES)('of %s come as %s %s', async (payment_method, code, decline_code) => {
    const { stripe } = await start()
    const refused = await refusalOf(stripe.paymentIntents.create(sale({ payment_method })))
    expect(refused).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(refused).toMatchObject({ statusCode: 402, code, decline_code, rawType: 'card_error' })
    expect(refused.doc_url).toContain(code.replaceAll('_', '-'))
    expect(refused.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code, charge: refused.charge },
    })
    expect(await stripe.charges.retrieve(refused.charge ?? '')).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: code,
    })
  })

  it('come with the advice that a test arms', async () => {
    const { double, stripe } = await start()
    double.fail({
      how: 'decline',
      when: { paymentMethod: 'pm_card_visa', operation: 'create' },
      decline: {
        declineCode: 'do_not_honor',
        adviceCode: 'do_not_try_again',
        networkDeclineCode: '62',
        networkAdviceCode: '03',
      },
    })
    expect((await stripe.paymentIntents.create(sale({ payment_method: 'pm_card_amex' }))).status).toBe('succeeded')
    expect(await refusalOf(stripe.paymentIntents.create(sale()))).toMatchObject({
      code: 'card_declined',
      decline_code: 'do_not_honor',
      advice_code: 'do_not_try_again',
      network_decline_code: '62',
      network_advice_code: '03',
    })
    expect((await stripe.paymentIntents.create(sale())).status).toBe('succeeded')
  })
})

/** What the types would not let through. */
const loose = (params: Record<string, unknown>): Stripe.PaymentIntentCreateParams =>
  params as unknown as Stripe.PaymentIntentCreateParams

describe('parameters', () => {
  it.each([
    [{ payment_method_types: ['card'] }, 'parameter_unknown', 'payment_method_types[0]'],
    [{ colour: 'red' }, 'parameter_unknown', 'colour'],
    [
      { payment_method_options: { card: { colour: 'red' } } },
      'parameter_unknown',
      'payment_method_options[card][colour]',
    ],
    [{ __proto__x: '1' }, 'parameter_unknown', '__proto__x'],
    [{ toString: '1' }, 'parameter_unknown', 'toString'],
    [{ amount: '10.99' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: -5 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49 }, 'amount_too_small', 'amount'],
    [{ amount: 1_000_000_000_000 }, 'amount_too_large', 'amount'],
    [{ amount: undefined }, 'parameter_missing', 'amount'],
    [{ currency: undefined }, 'parameter_missing', 'currency'],
    [{ currency: 'xts' }, undefined, 'currency'],
    [{ currency: '' }, 'parameter_invalid_empty', 'currency'],
    [{ capture_method: 'later' }, undefined, 'capture_method'],
    [{ confirm: 'yes' }, undefined, 'confirm'],
    [{ payment_method: 'pm_card_nothing' }, 'resource_missing', 'payment_method'],
    [{ payment_method: undefined }, 'parameter_missing', 'payment_method'],
    [{ automatic_payment_methods: undefined }, undefined, 'return_url'],
    [{ confirm: false, off_session: true }, 'payment_intent_invalid_parameter', 'off_session'],
    [{ expand: ['metadata'] }, undefined, 'expand'],
    [{ metadata: { ['k'.repeat(41)]: 'v' } }, undefined, `metadata[${'k'.repeat(41)}]`],
    [{ metadata: { k: 'v'.repeat(501) } }, undefined, 'metadata[k]'],
    [{ currency: 'isk', amount: 1050 }, 'parameter_invalid_integer', 'amount'],
    [{ currency: 'kwd', amount: 1055 }, 'parameter_invalid_integer', 'amount'],
    [{ allowed_payment_method_types: ['sepa_debit'] }, 'payment_intent_incompatible_payment_method', 'payment_method'],
  ])('%j are refused with %s', async (extra, code, param) => {
    const { double, stripe } = await start()
    const refused = await refusalOf(stripe.paymentIntents.create(loose({ ...sale(), ...extra })))
    expect(refused).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect({ code: refused.code, param: refused.param }).toEqual({ code, param })
    expect(double.books()).toEqual([])
  })

  it('take a card by its token, and never by its number', async () => {
    const { stripe } = await start()
    const by = (card: Record<string, string>) =>
      stripe.paymentIntents.create(
        loose({ ...sale(), payment_method: undefined, payment_method_data: { type: 'card', card } }),
      )
    expect((await by({ token: 'tok_mastercard' })).status).toBe('succeeded')
    expect((await refusalOf(by({ token: 'tok_nothing' }))).code).toBe('resource_missing')
    expect((await refusalOf(by({ token: 'tok_visa_chargeDeclinedStolenCard' }))).decline_code).toBe('stolen_card')
    const number = '4242'.repeat(4)
    expect((await refusalOf(by({ number }))).message).not.toContain(number)
  })

  it('count in units of Stripe; the books in those of ISO 4217', async () => {
    const { double, stripe } = await start()
    for (const [currency, amount] of [
      ['isk', 150_000],
      ['mga', 1_500],
      ['jpy', 1_500],
      ['kwd', 1_500],
      ['ugx', 150_000],
    ] as const)
      await stripe.paymentIntents.create(sale({ currency, amount }))
    expect(double.books().map(({ currency, captured }) => `${captured} ${currency}`)).toEqual([
      '1500 ISK',
      '150000 MGA',
      '1500 JPY',
      '1500 KWD',
      '1500 UGX',
    ])
  })
})

describe('states', () => {
  it('refuse what does not fit them, and show the payment', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(sale())
    for (const asked of [
      stripe.paymentIntents.capture(id),
      stripe.paymentIntents.cancel(id),
      stripe.paymentIntents.confirm(id),
      stripe.paymentIntents.incrementAuthorization(id, { amount: 2000 }),
      stripe.paymentIntents.update(id, { amount: 2000 }),
    ])
      expect(await refusalOf(asked)).toMatchObject({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
        payment_intent: { id, status: 'succeeded' },
      })
    const held = await stripe.paymentIntents.create(hold())
    expect((await refusalOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 1100 }))).code).toBe(
      'amount_too_large',
    )
    expect((await refusalOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 0 }))).param).toBe(
      'amount_to_capture',
    )
    expect((await stripe.paymentIntents.capture(held.id, { metadata: {} })).status).toBe('succeeded')
  })

  it('keep the metadata of a capture that was refused out of the payment', async () => {
    const { stripe } = await start()
    const { id } = await stripe.paymentIntents.create(hold())
    await refusalOf(
      stripe.paymentIntents.capture(id, { amount_to_capture: 1100, metadata: { florin_capture_1: 'att_2' } }),
    )
    expect((await stripe.paymentIntents.retrieve(id)).metadata).toEqual({ florin_attempt: 'att_1' })
  })

  it('that are not there are missing', async () => {
    const { stripe } = await start()
    expect(await refusalOf(stripe.paymentIntents.retrieve('pi_0'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'intent',
    })
    expect(await refusalOf(stripe.paymentIntents.capture('pi_0'))).toMatchObject({ statusCode: 404 })
    expect(await refusalOf(stripe.refunds.create({ payment_intent: 'pi_0' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    })
    expect(await refusalOf(stripe.customers.list())).toMatchObject({ statusCode: 404 })
  })
})

describe('the door', () => {
  it('wants a key that it knows, and never repeats one', async () => {
    const { double } = await start()
    const refused = await refusalOf(sdkFor(double, 'sk_test_nobody_knows_it').paymentIntents.create(sale()))
    expect(refused).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(JSON.stringify(refused.raw)).not.toContain('nobody_knows_it')
    expect((await fetch(`${double.url}/v1/payment_intents`)).status).toBe(401)
    const basic = `Basic ${Buffer.from('sk_test_florin:').toString('base64')}`
    expect((await fetch(`${double.url}/v1/payment_intents`, { headers: { authorization: basic } })).status).toBe(200)
  })

  it('speaks one version, says so, and numbers its answers', async () => {
    const { double, stripe } = await start()
    const { lastResponse } = await stripe.paymentIntents.list()
    expect(lastResponse.headers['stripe-version']).toBe('2026-10-28.endive')
    expect(lastResponse.requestId).toMatch(/^req_/)
    const headers = { authorization: 'Bearer sk_test_florin' }
    const ask = (version: string) =>
      fetch(`${double.url}/v1/payment_intents`, { headers: { ...headers, 'stripe-version': version } })
    expect((await ask('2099-01-01.zinnia')).status).toBe(400)
    expect((await fetch(`${double.url}/v1/payment_intents`, { headers })).status).toBe(200)
  })

  it('takes forms only, well encoded and not too long', async () => {
    const { double } = await start()
    const post = async (body: string, type = 'application/x-www-form-urlencoded') => {
      const headers = { authorization: 'Bearer sk_test_florin', 'content-type': type }
      return (await fetch(`${double.url}/v1/payment_intents`, { method: 'POST', headers, body })).status
    }
    expect(await post('amount=1099&currency=eur')).toBe(200)
    expect(await post('{"amount":1099,"currency":"eur"}', 'application/json')).toBe(400)
    expect(await post('amount=%zz')).toBe(400)
    expect(await post('a=1&'.repeat(1_001))).toBe(400)
    expect(await post(`description=${'x'.repeat(300_000)}`)).toBe(413)
  })

  it('refuses options that make no sense', async () => {
    const { startStripeDouble } = await import('../../src/stripe.ts')
    for (const options of [
      { accounts: {} },
      { accounts: { a: { apiKey: 'sk_live_1' } } },
      { accounts: { a: { apiKey: 'sk_test_1' }, b: { apiKey: 'sk_test_1' } } },
      { accounts: { a: { apiKey: 'sk_test_1', webhookSecret: 'short' } } },
      { laterMs: -1 },
      { remember: 0 },
    ])
      await expect(startStripeDouble(options)).rejects.toMatchObject({ code: 'configuration' })
  })
})
