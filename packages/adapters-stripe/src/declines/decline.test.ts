import { DECLINE_CLASSES } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { missingData, referenceData } from '../../test/reference-data.ts'
import { declineOf } from './decline.ts'
import { DECLINE_CODES, ERROR_CODES, UNPROVEN_DECLINE } from './table.ts'

const card = (over: object = {}) => ({ type: 'card_error', code: 'card_declined', ...over })
const visa = { payment_method: { card: { brand: 'visa' } } }

describe('a decline', () => {
  test.each([
    ['processing_error', 'technical'],
    ['insufficient_funds', 'soft_balance'],
    ['do_not_honor', 'soft_generic'],
    ['authentication_required', 'customer_action'],
    ['lost_card', 'hard'],
    ['fraudulent', 'fraud'],
    ['currency_not_supported', 'configuration'],
  ])('with decline code %s is %s', (decline_code, expected) => {
    expect(declineOf(card({ decline_code }))).toMatchObject({ class: expected, gatewayCode: decline_code })
  })

  test('is classed by the error code where there is no decline code', () => {
    expect(declineOf({ type: 'card_error', code: 'expired_card' })).toMatchObject({
      class: 'customer_action',
      code: 'expired_card',
    })
    expect(declineOf({ type: 'invalid_request_error', code: 'payment_intent_authentication_failure' })).toMatchObject({
      class: 'customer_action',
      code: 'authentication_failed',
    })
  })

  test('listens to the network first, then to Visa’s category, then to Stripe’s advice, then to the code', () => {
    const all = { decline_code: 'do_not_honor', advice_code: 'confirm_card_data', network_decline_code: '04', ...visa }
    expect(declineOf(card({ ...all, network_advice_code: '02' })).class).toBe('soft_balance')
    expect(declineOf(card(all)).class).toBe('hard')
    expect(declineOf(card({ ...all, network_decline_code: '05' })).class).toBe('customer_action')
    expect(declineOf(card({ decline_code: 'do_not_honor' })).class).toBe('soft_generic')
  })

  test('hands the scheme’s advice on: Mastercard’s code, Visa’s category', () => {
    expect(declineOf(card({ network_advice_code: '03' }), 'mastercard')).toMatchObject({
      class: 'hard',
      networkAdvice: '03',
    })
    expect(declineOf(card({ network_decline_code: '51' }), 'visa').networkAdvice).toBe('2')
    expect(declineOf(card({ network_decline_code: '57' }), 'visa')).toMatchObject({ class: 'hard', networkAdvice: '1' })
    expect(declineOf(card({ network_decline_code: '57' }), 'mastercard').networkAdvice).toBeNull()
  })

  test('of fraud stays one, with a message that tells the buyer nothing', () => {
    const decline = declineOf(card({ decline_code: 'fraudulent', advice_code: 'try_again_later' }))
    expect(decline).toMatchObject({ class: 'fraud', code: 'fraud' })
    expect(decline.message).not.toMatch(/fraud/i)
  })

  test('with a code that nobody has told us is never retried by itself', () => {
    for (const advice_code of [null, 'try_again_later'])
      expect(declineOf(card({ decline_code: 'something_new', advice_code }))).toMatchObject({
        class: 'hard',
        code: 'unknown_decline',
      })
  })

  test('of a request that is wrong is ours to mend, not the buyer’s', () => {
    expect(declineOf({ type: 'invalid_request_error', code: 'parameter_unknown' })).toMatchObject({
      class: 'configuration',
      code: 'parameter_unknown',
    })
    expect(declineOf({ type: 'idempotency_error' })).toMatchObject({ class: 'configuration', code: 'invalid_request' })
  })

  test('repeats nothing that could be free text', () => {
    const decline = declineOf(
      card({ decline_code: '4242424242424242', code: 'Ask 4242 4242 4242 4242', network_advice_code: '4242' }),
    )
    expect(JSON.stringify(decline)).not.toContain('4242')
  })
})

describe('the table', () => {
  test('has a class and a message for the buyer for every code', () => {
    for (const entry of [...Object.values(DECLINE_CODES), ...Object.values(ERROR_CODES)]) {
      expect(DECLINE_CLASSES).toContain(entry.class)
      expect(entry.message).toMatch(/^[A-Z].+\.$/)
    }
  })

  test('knows every decline code that Stripe publishes', ({ skip }) => {
    const file = 'stripe/stripe-error-codes.json'
    skip(missingData(file) !== null, missingData(file) ?? '')
    const { decline_codes, error_codes } = referenceData<{ decline_codes: string[]; error_codes: string[] }>(file)
    expect(decline_codes.filter((code) => code !== UNPROVEN_DECLINE && !Object.hasOwn(DECLINE_CODES, code))).toEqual([])
    expect(Object.keys(DECLINE_CODES).filter((code) => !decline_codes.includes(code))).toEqual([])
    expect(Object.keys(ERROR_CODES).filter((code) => !error_codes.includes(code))).toEqual([])
  })
})
