import { type Command, isFlorinError } from '@florin/core/gateways'
import { afterAll, describe, expect, test } from 'vitest'
import {
  CHARGE,
  cancel,
  capture,
  charge,
  complete,
  DEED,
  gatewayWith,
  increment,
  PSP,
  refund,
} from '../../test/commands.ts'
import { checkoutSchemas, NO_DATA } from '../../test/schemas.ts'
import { ADYEN_TEST_CARDS } from '../test-cards.ts'

const gateway = gatewayWith()
const rich = gatewayWith({ multipleCaptures: true, increments: true })
const schemas = checkoutSchemas()
afterAll(() => Promise.all([gateway.transport.close?.(), rich.transport.close?.()]))

const bodyOf = (command: Command, of = gateway) => JSON.parse(of.request(command).body ?? '')

const refusal = (command: Command, of = gateway) => {
  try {
    of.request(command)
  } catch (error) {
    if (isFlorinError(error)) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('a charge', () => {
  test('says that it is captured by hand, whatever the account does', () => {
    expect(gateway.request(charge())).toMatchObject({
      method: 'POST',
      path: '/payments',
      headers: { 'idempotency-key': CHARGE, 'content-type': 'application/json' },
    })
    expect(bodyOf(charge())).toEqual({
      merchantAccount: 'FlorinECOM',
      reference: CHARGE,
      amount: { currency: 'EUR', value: 10_000 },
      paymentMethod: {
        type: 'scheme',
        encryptedCardNumber: 'test_4111111111111111',
        encryptedExpiryMonth: 'test_03',
        encryptedExpiryYear: 'test_2030',
        encryptedSecurityCode: 'test_737',
        holderName: 'Jane Florin',
      },
      returnUrl: 'https://shop.test/return',
      metadata: { florin_reference: 'order-1' },
      additionalData: { manualCapture: 'true' },
      authenticationData: { threeDSRequestData: { nativeThreeDS: 'disabled' } },
      shopperInteraction: 'Ecommerce',
    })
  })

  test('that is a sale asks for its capture', () => {
    const body = bodyOf(charge({ kind: 'sale' }))
    expect(body).toMatchObject({ additionalData: { manualCapture: 'false' }, captureDelayHours: 0 })
  })

  test('that may be raised is a pre-authorisation', () => {
    expect(bodyOf(charge(), rich).additionalData).toEqual({ manualCapture: 'true', authorisationType: 'PreAuth' })
  })

  test('carries the customer', () => {
    const customer = { id: 'cus_1', email: 'jane@shop.test', ip: '192.0.2.1' }
    expect(bodyOf(charge({ customer }))).toMatchObject({
      shopperReference: 'cus_1',
      shopperEmail: 'jane@shop.test',
      shopperIP: '192.0.2.1',
    })
  })

  test('cuts no character off a long merchant reference', () => {
    const merchantReference = `${'a'.repeat(79)}🪙${'b'.repeat(170)}`
    const { metadata } = bodyOf(charge({ merchantReference }))
    expect(Object.keys(metadata)).toEqual([
      'florin_reference',
      'florin_reference_2',
      'florin_reference_3',
      'florin_reference_4',
    ])
    const values = Object.values(metadata) as string[]
    expect(values.join('')).toBe(merchantReference)
    expect(Math.max(...values.map((value) => value.length))).toBeLessThanOrEqual(80)
  })

  test('needs a URL that the buyer comes back to', () => {
    expect(refusal(charge({ returnUrl: null })).message).toMatch(/give returnUrl/)
  })

  test('by a method that holds nothing cannot be authorized', () => {
    const method = { type: 'redirect', token: 'ideal' } as const
    expect(refusal(charge({ method })).code).toBe('invalid_request')
    expect(bodyOf(charge({ kind: 'sale', method })).paymentMethod).toEqual({ type: 'ideal' })
  })

  test('with a key that is too long is refused', () => {
    expect(refusal(charge({ key: 'k'.repeat(65) })).message).toMatch(/65 characters/)
  })
})

describe('a token', () => {
  const DROP_IN = {
    type: 'scheme',
    encryptedCardNumber: 'adyenjs_0_1_25$a',
    encryptedSecurityCode: 'adyenjs_0_1_25$b',
    brand: 'visa',
  }
  const card = (token: string) =>
    charge({ method: { type: 'card', token }, customer: { id: 'cus_1', email: null, ip: null } })

  test("may be the JSON of Web Drop-in's payment method", () => {
    expect(bodyOf(card(JSON.stringify(DROP_IN))).paymentMethod).toEqual(DROP_IN)
  })

  test('may be a stored payment method, which belongs to its shopper', () => {
    expect(bodyOf(card('M5N7TQ4TG5PFWR50'))).toMatchObject({
      paymentMethod: { type: 'scheme', storedPaymentMethodId: 'M5N7TQ4TG5PFWR50' },
      shopperInteraction: 'ContAuth',
      recurringProcessingModel: 'CardOnFile',
      shopperReference: 'cus_1',
    })
    expect(refusal(charge({ method: { type: 'card', token: 'M5N7TQ4TG5PFWR50' } })).message).toMatch(
      /name the customer/,
    )
  })

  test('may be what a wallet gave', () => {
    const apple = charge({ method: { type: 'apple_pay', token: 'eyJ2ZXJzaW9uIjoi' } })
    expect(bodyOf(apple).paymentMethod).toEqual({ type: 'applepay', applePayToken: 'eyJ2ZXJzaW9uIjoi' })
    const google = charge({ method: { type: 'google_pay', token: '{"signature":"x","protocolVersion":"ECv2"}' } })
    expect(bodyOf(google).paymentMethod).toMatchObject({ type: 'googlepay' })
  })

  test.each([
    ['4111 1111 1111 1111', /card number/],
    [JSON.stringify({ type: 'scheme', number: '4111111111111111' }), /clear 'number'/],
    [JSON.stringify({ ...DROP_IN, cvc: '737' }), /clear 'cvc'/],
    [JSON.stringify({ ...DROP_IN, CVV2: '737' }), /clear 'CVV2'/],
    [JSON.stringify({ ...DROP_IN, card_security_code: '737' }), /clear 'card_security_code'/],
    [JSON.stringify({ ...DROP_IN, expiryYear: '2030' }), /clear 'expiryYear'/],
    [JSON.stringify({ ...DROP_IN, encryptedSecurityCode: '737' }), /clear 'encryptedSecurityCode'/],
    [JSON.stringify({ ...DROP_IN, encryptedSecurityCode: 737 }), /clear 'encryptedSecurityCode'/],
    [JSON.stringify({ ...DROP_IN, encryptedCardNumber: 'test_4111111111111111' }), /card number/],
    [JSON.stringify({ ...DROP_IN, holderName: '4111111111111111' }), /card number/],
    [JSON.stringify({ ...DROP_IN, nested: { a: 1 } }), /field 'nested'/],
    [JSON.stringify({ type: 'scheme' }), /neither encrypted card fields/],
    ['{"type":', /neither the JSON/],
    ['', /neither the JSON/],
    ['test_card:nothing', /no such test card/],
  ])('is refused without being repeated: %s', (token, message) => {
    const error = refusal(card(token))
    expect(error).toMatchObject({ code: 'invalid_request', details: { path: 'method.token' } })
    expect(error.message).toMatch(message)
    if (token.length > 8) expect(error.message).not.toContain(token)
  })

  test('of a test card is for the test environment', async () => {
    const live = gatewayWith({ environment: 'live', liveUrlPrefix: '1797a841fbb37ca7-Florin' })
    expect(refusal(charge(), live).message).toMatch(/test environment only/)
    await live.transport.close?.()
  })
})

describe('a modification', () => {
  test.each([
    ['captures', capture(), { amount: { currency: 'EUR', value: 10_000 } }],
    ['cancels', cancel(), {}],
    ['refunds', refund(), { amount: { currency: 'EUR', value: 10_000 } }],
    ['amountUpdates', increment(), { amount: { currency: 'EUR', value: 12_000 } }],
  ])('goes to %s, under a reference of its own', (what, command, more) => {
    expect(rich.request(command)).toMatchObject({
      path: `/payments/${PSP}/${what}`,
      headers: { 'idempotency-key': DEED },
    })
    expect(bodyOf(command, rich)).toEqual({
      merchantAccount: 'FlorinECOM',
      reference: `${DEED}-${command.kind}`,
      ...more,
    })
  })

  test('of a charge without a reference of Adyen’s can only be a cancel, by ours', () => {
    for (const gatewayId of [null, CHARGE]) {
      const target = { attempt: CHARGE, gatewayId } as const
      expect(gateway.request(cancel({ target })).path).toBe('/cancels')
      expect(bodyOf(cancel({ target }))).toMatchObject({ paymentReference: CHARGE })
      expect(refusal(capture({ target })).code).toBe('invalid_request')
      expect(refusal(refund({ target })).code).toBe('invalid_request')
    }
  })

  test('says why money goes back in Adyen’s words only', () => {
    expect(bodyOf(refund({ reason: 'duplicate' }))).toMatchObject({ merchantRefundReason: 'DUPLICATE' })
    expect(bodyOf(refund({ reason: 'the vase was broken' }))).not.toHaveProperty('merchantRefundReason')
  })

  test('that the account cannot do is refused', () => {
    expect(refusal(capture({ final: false })).message).toMatch(/multipleCaptures/)
    expect(refusal(increment()).message).toMatch(/increments/)
  })
})

describe('a completion', () => {
  test('takes Adyen’s fields and leaves the shop’s', () => {
    const payload = { order: '7', redirectResult: 'X6XtfGC3!Y', paymentData: 'Ab02b4c0' }
    expect(gateway.request(complete()).path).toBe('/payments/details')
    expect(bodyOf(complete({ payload }))).toEqual({
      details: { redirectResult: 'X6XtfGC3!Y' },
      paymentData: 'Ab02b4c0',
    })
  })

  test.each([{}, { order: '7' }, { redirectResult: '' }, { redirectResult: 'x'.repeat(20_001) }])(
    'of nothing is refused, and the buyer may come again (%#)',
    (payload) => expect(refusal(complete({ payload: payload as Record<string, string> })).code).toBe('invalid_request'),
  )
})

test('there is no lookup', () => {
  const command = { ...cancel(), kind: 'lookup', of: 'authorize', parent: null } as const
  expect(refusal(command).code).toBe('unsupported')
})

test('every body is one of Adyen’s OpenAPI document', ({ skip }) => {
  if (schemas === null) return skip(NO_DATA)
  const customer = { id: 'cus_1', email: 'jane@shop.test', ip: '192.0.2.1' }
  for (const { token } of Object.values(ADYEN_TEST_CARDS))
    for (const kind of ['authorize', 'sale'] as const)
      schemas('PaymentRequest', bodyOf(charge({ kind, method: { type: 'card', token }, customer }), rich))
  schemas('PaymentRequest', bodyOf(charge({ method: { type: 'card', token: 'M5N7TQ4TG5PFWR50' }, customer })))
  schemas('PaymentRequest', bodyOf(charge({ method: { type: 'apple_pay', token: 'eyJ2ZXJ' } })))
  schemas('PaymentRequest', bodyOf(charge({ method: { type: 'google_pay', token: '{"signature":"x"}' } })))
  for (const token of ['ideal', 'bcmc_mobile', 'paypal'])
    schemas('PaymentRequest', bodyOf(charge({ kind: 'sale', method: { type: 'redirect', token } })))
  schemas('PaymentDetailsRequest', bodyOf(complete({ payload: { 'threeds2.fingerprint': 'x', paymentData: 'y' } })))
  schemas('PaymentCaptureRequest', bodyOf(capture()))
  schemas('PaymentCancelRequest', bodyOf(cancel()))
  schemas('StandalonePaymentCancelRequest', bodyOf(cancel({ target: { attempt: CHARGE, gatewayId: null } })))
  schemas('PaymentRefundRequest', bodyOf(refund({ reason: 'FRAUD' })))
  schemas('PaymentAmountUpdateRequest', bodyOf(increment(), rich))
  expect(() => schemas('PaymentCaptureRequest', { ...bodyOf(capture()), amount: 'EUR 100' })).toThrow()
})
