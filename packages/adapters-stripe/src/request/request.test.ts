import { Ajv, type ErrorObject } from 'ajv'
import { describe, expect, test } from 'vitest'
import {
  CHARGE,
  cancel,
  capture,
  charge,
  complete,
  INTENT,
  increment,
  lookup,
  OPERATION,
  refund,
} from '../../test/commands.ts'
import { missingData, referenceData } from '../../test/reference-data.ts'
import { resolveOptions } from '../options/options.ts'
import { stripe } from '../stripe.ts'
import { REDIRECT_BRANDS } from './method.ts'
import { captureParams, confirmParams, createParams, incrementParams, refundParams } from './params.ts'

const OPTIONS = { apiKey: 'sk_test_1', multicapture: true, incrementalAuthorization: true } as const
const gateway = stripe(OPTIONS)
const { options } = resolveOptions(OPTIONS)
const lines = (body: string | null) => (body ?? '').split('&').map(decodeURIComponent)

describe('a charge', () => {
  test('is one PaymentIntent, confirmed at once, with manual capture said and our reference in its metadata', () => {
    const request = gateway.request(charge())
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/payment_intents',
      headers: {
        'stripe-version': '2026-10-28.endive',
        'idempotency-key': CHARGE,
        'content-type': 'application/x-www-form-urlencoded',
      },
    })
    expect(lines(request.body)).toEqual([
      'amount=10000',
      'currency=eur',
      'capture_method=manual',
      'confirm=true',
      'allowed_payment_method_types[0]=card',
      'payment_method=pm_card_visa',
      'description=Two florins',
      `metadata[florin_attempt]=${CHARGE}`,
      'metadata[florin_reference]=order-1',
      'payment_method_options[card][request_multicapture]=if_available',
      'payment_method_options[card][request_incremental_authorization]=if_available',
      'return_url=https://shop.example/back',
      'expand[0]=latest_charge',
    ])
  })

  test('as a sale asks for automatic capture', () => {
    expect(lines(gateway.request(charge({ kind: 'sale' })).body)).toContain('capture_method=automatic')
  })

  test('in two steps creates first and confirms with the second, under a key of its own', () => {
    const two = stripe({ ...OPTIONS, form: 'two_step' })
    const request = two.request(charge())
    expect(lines(request.body)).toContain('confirm=false')
    expect(request.body).not.toContain('return_url')
  })

  test('without a page to come back to asks for Stripe.js; with the trace of a consent it is off session', () => {
    expect(lines(gateway.request(charge({ returnUrl: null })).body)).toContain('use_stripe_sdk=true')
    const method = { type: 'card', token: 'cus_1/pm_1', networkTransactionId: '123' } as const
    const stored = lines(gateway.request(charge({ returnUrl: null, method })).body)
    expect(stored).toEqual(expect.arrayContaining(['customer=cus_1', 'payment_method=pm_1', 'off_session=true']))
    expect(stored).not.toContain('use_stripe_sdk=true')
  })

  test('takes a confirmation token where it confirms', () => {
    const method = { type: 'card', token: 'ctoken_1' } as const
    expect(lines(gateway.request(charge({ method })).body)).toContain('confirmation_token=ctoken_1')
    const two = stripe({ ...OPTIONS, form: 'two_step' })
    expect(two.request(charge({ method })).body).not.toContain('ctoken_1')
    expect(confirmParams(charge({ method })).confirmation_token).toBe('ctoken_1')
  })

  test('sends Stripe no address of the buyer unless receipts are wanted', () => {
    expect(gateway.request(charge()).body).not.toContain('example.com')
    expect(gateway.request(charge()).body).not.toContain('192.0.2.1')
    const mailing = stripe({ ...OPTIONS, receiptEmails: true })
    expect(lines(mailing.request(charge()).body)).toContain('receipt_email=buyer@example.com')
  })

  test('of a redirect names its brand, and the buyer where Stripe has nobody else to ask', () => {
    const method = { type: 'redirect', brand: 'ideal', token: 'ideal' } as const
    expect(lines(gateway.request(charge({ kind: 'sale', method })).body)).toEqual(
      expect.arrayContaining([
        'allowed_payment_method_types[0]=ideal',
        'payment_method_data[type]=ideal',
        'payment_method_data[billing_details][email]=buyer@example.com',
      ]),
    )
    const made = { ...method, token: 'pm_1' }
    expect(lines(gateway.request(charge({ kind: 'sale', method: made })).body)).toContain('payment_method=pm_1')
  })

  test.each([
    ['a redirect without a brand', { method: { type: 'redirect', token: 'x' } }],
    ['a redirect of a brand that Stripe has not', { method: { type: 'redirect', brand: 'florin', token: 'florin' } }],
    [
      'a redirect that leads nowhere back',
      { method: { type: 'redirect', brand: 'ideal', token: 'ideal' }, returnUrl: null },
    ],
    ['a bank transfer', { method: { type: 'bank_transfer', token: 'x' } }],
    ['a currency that Stripe does not take', { currency: 'CLF' }],
    ['an amount that Stripe cannot count', { currency: 'KWD', amount: 5_124n }],
  ] as const)('is refused before anything is sent: %s', (_, over) => {
    expect(() => gateway.request(charge(over))).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  test('for an account that is not configured is refused', () => {
    expect(() => gateway.request(charge({ account: 'other' }))).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    )
  })

  test('for a connected account says so', () => {
    const connected = stripe({ apiKey: 'sk_test_1', stripeAccount: 'acct_1' })
    expect(connected.request(charge()).headers['stripe-account']).toBe('acct_1')
  })
})

describe('an operation', () => {
  test('captures its amount, says whether it is the last, and leaves its entry', () => {
    const request = gateway.request(capture({ amount: 4_000n, final: false }))
    expect(request.path).toBe(`/v1/payment_intents/${INTENT}/capture`)
    expect(lines(request.body)).toEqual([
      'amount_to_capture=4000',
      'final_capture=false',
      `metadata[${OPERATION}]=capture:4000`,
      'expand[0]=latest_charge',
      'expand[1]=latest_charge.balance_transaction',
    ])
  })

  test('cancels, refunds and raises under its own key', () => {
    expect(gateway.request(cancel()).path).toBe(`/v1/payment_intents/${INTENT}/cancel`)
    const raised = gateway.request(increment())
    expect(raised.path).toBe(`/v1/payment_intents/${INTENT}/increment_authorization`)
    expect(lines(raised.body)).toContain('amount=12000')
    const refunded = gateway.request(refund({ amount: 2_500n }))
    expect(refunded).toMatchObject({ path: '/v1/refunds', headers: { 'idempotency-key': OPERATION } })
    expect(lines(refunded.body)).toEqual([
      `payment_intent=${INTENT}`,
      'amount=2500',
      `metadata[florin_attempt]=${OPERATION}`,
    ])
  })

  test('is refused where the charge is not known, or the account was not granted it', () => {
    const target = { attempt: CHARGE, gatewayId: null }
    expect(() => gateway.request(cancel({ target }))).toThrow(/look the charge up first/)
    const plain = stripe({ apiKey: 'sk_test_1' })
    expect(() => plain.request(capture({ final: false }))).toThrow(/multicapture/)
    expect(() => plain.request(increment())).toThrow(/incrementalAuthorization/)
  })
})

describe('a card number', () => {
  test.each(['4242424242424242', '4242 4242 4242 4242', 'pm_4242424242424242', 'cus_1/pm_4242424242424242'])(
    'is never sent as a token: %s',
    (token) => {
      for (const method of [{ type: 'card', token } as const, { type: 'redirect', brand: 'ideal', token } as const]) {
        const refused = (): unknown => gateway.request(charge({ method }))
        expect(refused).toThrow(expect.objectContaining({ code: 'invalid_request' }))
        expect(refused).toThrow(/^(?!.*4242)/)
      }
    },
  )
})

describe('a lookup', () => {
  test('reads by id where there is one, and searches for our reference where there is none', () => {
    expect(gateway.request(lookup('authorize'))).toMatchObject({
      method: 'GET',
      path: `/v1/payment_intents/${INTENT}?expand[0]=latest_charge`,
      body: null,
    })
    const search = gateway.request(lookup('authorize', { target: { attempt: CHARGE, gatewayId: null } }))
    expect(decodeURIComponent(search.path)).toBe(
      `/v1/payment_intents/search?query=metadata['florin_attempt']:'${CHARGE}'&limit=2&expand[0]=data.latest_charge`,
    )
    expect(search.headers).not.toHaveProperty('idempotency-key')
  })

  test('of a capture, cancel or increment reads its charge; of a refund its charge’s refunds', () => {
    for (const of of ['capture', 'cancel', 'increment'] as const)
      expect(gateway.request(lookup(of)).path).toBe(`/v1/payment_intents/${INTENT}?expand[0]=latest_charge`)
    expect(gateway.request(lookup('refund')).path).toBe(`/v1/refunds?payment_intent=${INTENT}&limit=100`)
    const known = { attempt: OPERATION, gatewayId: 're_1' } as const
    expect(gateway.request(lookup('refund', { target: known })).path).toBe('/v1/refunds/re_1')
  })

  test('is what a completion is: the buyer’s bank has told Stripe already', () => {
    expect(gateway.request(complete())).toMatchObject({ method: 'GET', body: null })
  })
})

describe('parameters', () => {
  test('are those of the API version’s own schema', ({ skip }) => {
    const file = 'stripe/types-23.1.0.schema.json'
    skip(missingData(file) !== null, missingData(file) ?? '')
    const schema = referenceData<Record<string, unknown> & { $id?: string }>(file)
    const ajv = new Ajv({ strict: false, allErrors: true })
    ajv.addSchema({ ...schema, $id: 'stripe' })
    const faults = (definition: string, value: unknown): readonly ErrorObject[] => {
      const validate = ajv.compile({ $ref: `stripe#/definitions/${definition}` })
      return validate(value) ? [] : (validate.errors ?? [])
    }
    const methods = [
      charge().method,
      { type: 'card', token: 'cus_1/pm_1', networkTransactionId: '1' } as const,
      { type: 'google_pay', token: 'ctoken_1' } as const,
      ...REDIRECT_BRANDS.map((brand) => ({ type: 'redirect', brand, token: brand }) as const),
    ]
    for (const method of methods) {
      for (const kind of ['authorize', 'sale'] as const) {
        const command = charge({ kind, method })
        expect(faults('PaymentIntentCreateParams', createParams(command, options))).toEqual([])
        expect(faults('PaymentIntentConfirmParams', confirmParams(command))).toEqual([])
      }
    }
    expect(faults('PaymentIntentCaptureParams', captureParams(capture()))).toEqual([])
    expect(faults('PaymentIntentCancelParams', { expand: ['latest_charge'] })).toEqual([])
    expect(faults('RefundCreateParams', refundParams(refund(), INTENT))).toEqual([])
    // The schema is strict: what another version took is refused here.
    expect(
      faults('PaymentIntentCreateParams', { ...createParams(charge(), options), payment_method_types: ['card'] }),
    ).not.toEqual([])
    expect(incrementParams(increment()).amount).toBe(12_000)
  })
})
