import type { Command } from '@florin/core/gateways'
import { afterAll, describe, expect, test } from 'vitest'
import {
  answer,
  CHARGE,
  cancel,
  capture,
  charge,
  complete,
  DEED,
  DEED_PSP,
  gatewayWith,
  PSP,
  refund,
} from '../../test/commands.ts'

const gateway = gatewayWith()
afterAll(() => gateway.transport.close?.())

const DATE = 'Sat, 21 Nov 2026 12:00:00 GMT'
const NOON = Date.parse(DATE)
const DAY_MS = 86_400_000

const payment = (over: object = {}) => ({
  pspReference: PSP,
  resultCode: 'Authorised',
  merchantReference: CHARGE,
  amount: { currency: 'EUR', value: 10_000 },
  ...over,
})
const read = (over: object = {}, command: Command = charge()) =>
  gateway.read(answer(200, payment(over), { date: DATE }), command)

describe('an authorised payment', () => {
  test('is applied, with what is known of the card', () => {
    const additionalData = {
      cardSummary: '1111',
      cardBin: '411111',
      networkTxReference: '477112345678901',
      cardHolderName: 'Jane',
      expiryDate: '3/2030',
    }
    expect(read({ additionalData, paymentMethod: { brand: 'mc', type: 'scheme' } })).toEqual({
      effect: 'applied',
      gatewayId: PSP,
      amount: 10_000n,
      instrument: { network: 'mastercard', last4: '1111', bin: '411111', networkTransactionId: '477112345678901' },
    })
  })

  test('shows no more of a card than may be shown', () => {
    const additionalData = { cardSummary: '4111111111111111', cardBin: '41111111111', issuerBin: '4111111111111111' }
    const paymentMethod = { brand: '4111111111111111', type: 'scheme' }
    expect(read({ additionalData, paymentMethod })).toEqual({ effect: 'applied', gatewayId: PSP, amount: 10_000n })
  })

  test('in part is applied with the part', () => {
    const resultCode = 'PartiallyAuthorised'
    expect(read({ resultCode, amount: { currency: 'EUR', value: 6_000 } })).toMatchObject({
      effect: 'applied',
      amount: 6_000n,
    })
    expect(read({ resultCode, amount: undefined })).toMatchObject({ effect: 'unknown' })
  })

  test.each([
    ['another reference', { merchantReference: DEED }],
    ['no reference', { merchantReference: undefined }],
    ['another currency', { amount: { currency: 'USD', value: 10_000 } }],
    ['another amount', { amount: { currency: 'EUR', value: 1_000 } }],
    ['an amount that is none', { amount: { currency: 'EUR', value: 0.5 } }],
    ['no pspReference', { pspReference: undefined }],
    ['a pspReference that leads elsewhere', { pspReference: '../../orders' }],
  ])('with %s is unknown', (_, over) => {
    expect(read(over)).toMatchObject({ effect: 'unknown' })
    expect(read(over, complete())).toMatchObject({ effect: 'unknown' })
  })

  test('in a currency that Adyen counts otherwise keeps its value', () => {
    const command = charge({ amount: 500n, currency: 'ISK' })
    expect(read({ amount: { currency: 'ISK', value: 50_000 } }, command)).toMatchObject({
      effect: 'applied',
      amount: 500n,
    })
    expect(read({ amount: { currency: 'ISK', value: 500 } }, command)).toMatchObject({ effect: 'unknown' })
  })
})

describe('a refused payment', () => {
  test.each([
    ['2', 'soft_generic', 'do_not_honor'],
    ['4', 'technical', 'processing_error'],
    ['5', 'hard', 'blocked_card'],
    ['6', 'customer_action', 'expired_card'],
    ['7', 'configuration', 'invalid_amount'],
    ['9', 'technical', 'issuer_not_available'],
    ['12', 'soft_balance', 'insufficient_funds'],
    ['20', 'fraud', 'fraud'],
    ['38', 'customer_action', 'authentication_required'],
    ['46', 'cap', 'retry_limit_exceeded'],
    ['44', 'hard', 'unknown_decline'],
    ['999', 'hard', 'unknown_decline'],
    ['constructor', 'hard', 'unknown_decline'],
  ])('with code %s is of class %s', (refusalReasonCode, kind, code) => {
    const answered = read({ resultCode: 'Refused', refusalReasonCode, refusalReason: 'secret text' })
    expect(answered).toMatchObject({ effect: 'rejected', gatewayId: PSP, decline: { class: kind, code } })
    expect(JSON.stringify(answered)).not.toContain('secret text')
  })

  test('without a code is never tried again by itself; a cancelled one is the buyer’s doing', () => {
    expect(read({ resultCode: 'Refused' })).toMatchObject({ decline: { class: 'hard', code: 'unknown_decline' } })
    expect(read({ resultCode: 'Error' })).toMatchObject({ decline: { class: 'hard', gatewayCode: 'error' } })
    expect(read({ resultCode: 'Cancelled' })).toMatchObject({ decline: { class: 'customer_action', code: 'canceled' } })
    expect(read({ resultCode: 'Cancelled', refusalReasonCode: '22' })).toMatchObject({ decline: { class: 'fraud' } })
  })

  test.each([
    ['2', '03 : Do not try again', 'hard', '03'],
    ['2', '24 : Retry after 1 hour', 'soft_balance', '24'],
    ['2', '01', 'customer_action', '01'],
    ['12', '03 : Do not try again', 'hard', '03'],
    ['31', '02 : Try again later', 'fraud', '02'],
    ['2', '40 : Consumer non-reloadable prepaid card', 'soft_generic', '40'],
    ['2', 'whatever', 'soft_generic', null],
  ])('with code %s and the advice "%s" is %s', (refusalReasonCode, merchantAdviceCode, kind, networkAdvice) => {
    const additionalData = { merchantAdviceCode }
    expect(read({ resultCode: 'Refused', refusalReasonCode, additionalData })).toMatchObject({
      decline: { class: kind, networkAdvice },
    })
  })

  test('of another reference says nothing about ours', () => {
    const over = { resultCode: 'Refused', refusalReasonCode: '2', merchantReference: DEED }
    expect(read(over)).toMatchObject({ effect: 'unknown' })
    expect(read({ ...over, merchantReference: undefined }, complete())).toMatchObject({ effect: 'unknown' })
  })
})

describe('a payment that is not decided', () => {
  const redirect = {
    type: 'redirect',
    method: 'GET',
    url: 'https://checkoutshopper-test.adyen.com/redirect',
    paymentMethodType: 'scheme',
  }

  test('sends the buyer away; our own reference stands in until the result brings Adyen’s', () => {
    expect(read({ resultCode: 'RedirectShopper', action: redirect, merchantReference: undefined })).toEqual({
      effect: 'pending',
      gatewayId: CHARGE,
      awaits: 'customer',
      expiresAt: NOON + DAY_MS,
      action: { type: 'redirect', url: redirect.url, method: 'GET' },
    })
  })

  test('may send the buyer away by a form', () => {
    const action = { ...redirect, method: 'POST', data: { MD: 'm', PaReq: 'p', count: 1 } }
    expect(read({ resultCode: 'RedirectShopper', action })).toMatchObject({
      action: { method: 'POST', data: { MD: 'm', PaReq: 'p' } },
    })
  })

  test.each(['IdentifyShopper', 'ChallengeShopper'])('%s is for Adyen’s components', (resultCode) => {
    const action = { type: 'threeDS2', subtype: 'challenge', token: 't', authorisationToken: 'a' }
    expect(read({ resultCode, action, pspReference: undefined, merchantReference: undefined })).toMatchObject({
      awaits: 'customer',
      gatewayId: CHARGE,
      action: { type: 'sdk', data: { action: JSON.stringify(action) } },
    })
  })

  test('a voucher says until when it is to be paid', () => {
    const action = { type: 'voucher', reference: '123', expiresAt: '2026-11-25T10:00:00' }
    expect(read({ resultCode: 'PresentToShopper', action })).toMatchObject({
      awaits: 'customer',
      gatewayId: PSP,
      expiresAt: Date.parse('2026-11-25T10:00:00'),
    })
  })

  test('a transfer is shown to the buyer, and decided by the bank', () => {
    const action = {
      type: 'bankTransfer',
      paymentMethodType: 'bankTransfer_IBAN',
      iban: 'NL00',
      totalAmount: { value: 1 },
    }
    expect(read({ resultCode: 'Received', action })).toMatchObject({
      awaits: 'gateway',
      gatewayId: PSP,
      action: { type: 'bank_transfer', data: { iban: 'NL00' } },
    })
  })

  test.each(['Received', 'Pending'])('%s waits for a webhook', (resultCode) => {
    expect(read({ resultCode })).toEqual({
      effect: 'pending',
      gatewayId: PSP,
      awaits: 'gateway',
      expiresAt: NOON + 14 * DAY_MS,
    })
    expect(read({ resultCode, pspReference: undefined })).toMatchObject({ effect: 'unknown' })
  })

  test.each([
    ['RedirectShopper', undefined],
    ['RedirectShopper', { ...redirect, url: 'javascript:alert(1)' }],
    ['RedirectShopper', { ...redirect, method: 'PUT' }],
    ['RedirectShopper', 'action'],
    ['ChallengeShopper', undefined],
  ])('%s with the action %j is unknown', (resultCode, action) => {
    expect(read({ resultCode, action })).toMatchObject({ effect: 'unknown' })
  })
})

test.each(['AuthenticationFinished', 'AuthenticationNotRequired', 'Success', 'authorised', '', 'Tomorrow'])(
  'the result code "%s" is unknown',
  (resultCode) => expect(read({ resultCode })).toMatchObject({ effect: 'unknown' }),
)

describe('a modification', () => {
  const received = (over: object = {}) => ({
    merchantAccount: 'FlorinECOM',
    paymentPspReference: PSP,
    pspReference: DEED_PSP,
    reference: `${DEED}-capture`,
    status: 'received',
    amount: { currency: 'EUR', value: 10_000 },
    ...over,
  })
  const acknowledged = (over: object = {}, command: Command = capture(), status = 201) =>
    gateway.read(answer(status, received(over), { date: DATE }), command)

  test('is received, and not yet decided', () => {
    const pending = { effect: 'pending', gatewayId: DEED_PSP, awaits: 'gateway', expiresAt: NOON + 14 * DAY_MS }
    expect(acknowledged()).toEqual(pending)
    expect(acknowledged({ reference: `${DEED}-refund` }, refund())).toEqual(pending)
    expect(acknowledged({ reference: `${DEED}-cancel`, amount: undefined }, cancel())).toEqual(pending)
  })

  test('by our reference is known by it', () => {
    const command = cancel({ target: { attempt: CHARGE, gatewayId: null } })
    const over = { reference: `${DEED}-cancel`, paymentPspReference: undefined, amount: undefined }
    expect(acknowledged({ ...over, paymentReference: CHARGE }, command)).toMatchObject({ effect: 'pending' })
    expect(acknowledged({ ...over, paymentReference: DEED }, command)).toMatchObject({ effect: 'unknown' })
  })

  test.each([
    [{ status: 'done' }],
    [{ reference: `${DEED}-refund` }],
    [{ reference: undefined }],
    [{ paymentPspReference: DEED_PSP }],
    [{ merchantAccount: 'FlorinDE' }],
    [{ amount: { currency: 'EUR', value: 1 } }],
    [{ amount: { currency: 'USD', value: 10_000 } }],
    [{ amount: undefined }],
    [{ pspReference: '' }],
  ])('with %j is unknown', (over) => expect(acknowledged(over)).toMatchObject({ effect: 'unknown' }))

  test('that is answered 200 is unknown', () => {
    expect(acknowledged({}, capture(), 200)).toMatchObject({ effect: 'unknown' })
  })
})

describe('an error', () => {
  const error = (status: number, errorCode: string, errorType: string) => ({
    status,
    errorCode,
    errorType,
    message: 'x',
  })
  const failed = (status: number, body: unknown, command: Command = charge(), headers = {}) =>
    gateway.read(answer(status, body, headers), command)

  test.each([
    [401, '000', 'security', 'unauthorized', 'configuration'],
    [403, '901', 'security', 'forbidden', 'configuration'],
    [422, '130', 'validation', 'invalid_request', 'configuration'],
    [422, '14_030', 'validation', 'invalid_request', 'configuration'],
    [422, '101', 'validation', 'incorrect_number', 'customer_action'],
    [422, '103', 'validation', 'incorrect_cvc', 'customer_action'],
    [400, '702', 'validation', 'invalid_request', 'configuration'],
  ])('%i with code %s is documented as without effect', (status, code, type, florins, kind) => {
    for (const command of [charge(), capture(), refund()])
      expect(failed(status, error(status, code, type), command)).toMatchObject({
        effect: 'rejected',
        decline: { class: kind, code: florins },
      })
  })

  test('says nothing about a charge that is being completed', () => {
    expect(failed(422, error(422, '14_018', 'validation'), complete())).toMatchObject({ effect: 'unknown' })
    expect(failed(401, error(401, '000', 'security'), complete())).toMatchObject({ effect: 'unknown' })
  })

  test('of a request that is still at work is asked again later, under the same key', () => {
    expect(failed(422, error(422, '704', 'validation'))).toMatchObject({ effect: 'unknown', retryAfterMs: 2_000 })
    expect(failed(409, error(409, '704', 'validation'))).toMatchObject({ effect: 'unknown', retryAfterMs: 2_000 })
    const transient = { 'transient-error': 'true' }
    for (const status of [422, 500, 503])
      expect(failed(status, error(status, '000', 'internal'), charge(), transient)).toMatchObject({
        effect: 'unknown',
        retryAfterMs: 2_000,
      })
    expect(failed(429, '', charge(), { 'retry-after': '7' })).toMatchObject({ effect: 'unknown', retryAfterMs: 7_000 })
  })

  test.each([
    [500, error(500, '000', 'internal')],
    [503, '<html>'],
    [422, '<html>'],
    [422, error(422, '000', 'internal')],
    [401, 'Unauthorized'],
    [404, error(404, '000', 'validation')],
    [302, ''],
    [200, '<html>'],
    [200, '{"resultCode":"Authorised"'],
    [200, 'null'],
    [200, '[]'],
    [201, { resultCode: 'Authorised' }],
    [422, { ...error(422, '130', 'validation'), errorCode: 130 }],
  ])('%i with %j proves nothing', (status, body) => {
    for (const command of [charge(), complete(), capture(), cancel(), refund()])
      expect(failed(status, body, command)).toMatchObject({ effect: 'unknown' })
  })
})
