import type { Answer, Command } from '@florin/core/gateways'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHARGE, charge, complete, INTENT, OPERATION } from '../../test/commands.ts'
import { answer, wireCharge, wireIntent } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({
  apiKey: 'sk_test_1',
  publishableKey: 'pk_test_1',
  multicapture: true,
  incrementalAuthorization: true,
})
const read = (command: Command, body: unknown, status = 200, headers = {}): Answer =>
  gateway.read(answer(body, status, headers), command)

const SALE = { capture_method: 'automatic', amount_capturable: 0 } as const
const unconfirmed = { status: 'requires_confirmation', amount_capturable: 0, latest_charge: null } as const
const waiting = {
  status: 'requires_action',
  amount_capturable: 0,
  latest_charge: null,
  next_action: {
    type: 'redirect_to_url',
    redirect_to_url: { url: 'https://hooks.stripe.example/3ds', return_url: 'x' },
  },
} as const

describe('a charge’s answer', () => {
  test('says what is held, until when, and with which card', () => {
    expect(read(charge(), wireIntent())).toEqual({
      effect: 'applied',
      gatewayId: INTENT,
      amount: 10_000n,
      expiresAt: 1_800_000_000_000,
      instrument: { network: 'visa', last4: '4242', networkTransactionId: '123456789012345' },
      cost: undefined,
    })
  })

  test('of a sale says what was taken, and what Stripe kept where that is booked', () => {
    const balance_transaction = {
      object: 'balance_transaction',
      type: 'charge',
      amount: 10_000,
      fee: 320,
      currency: 'eur',
    }
    const body = wireIntent({
      ...SALE,
      status: 'succeeded',
      amount_received: 10_000,
      latest_charge: wireCharge({ balance_transaction }),
    })
    expect(read(charge({ kind: 'sale' }), body)).toMatchObject({ effect: 'applied', amount: 10_000n, cost: 320n })
    const elsewhere = wireCharge({ balance_transaction: { ...balance_transaction, currency: 'usd' } })
    expect(read(charge({ kind: 'sale' }), { ...body, latest_charge: elsewhere })).toMatchObject({ cost: undefined })
  })

  test('sends the buyer away, or hands the page what Stripe.js needs', () => {
    expect(read(charge(), wireIntent(waiting))).toEqual({
      effect: 'pending',
      gatewayId: INTENT,
      awaits: 'customer',
      expiresAt: 1_790_000_000_000 + 86_400_000,
      action: { type: 'redirect', url: 'https://hooks.stripe.example/3ds', method: 'GET' },
    })
    expect(
      read(charge(), wireIntent({ ...waiting, next_action: { type: 'use_stripe_sdk', use_stripe_sdk: {} } })),
    ).toMatchObject({
      action: {
        type: 'sdk',
        data: { provider: 'stripe', client_secret: `${INTENT}_secret_x`, publishable_key: 'pk_test_1' },
      },
    })
  })

  test.each<[string, object, string]>([
    ['requires_payment_method', { amount_capturable: 0, latest_charge: null }, 'unknown'],
    [
      'requires_payment_method',
      { amount_capturable: 0, last_payment_error: { type: 'card_error', decline_code: 'lost_card' } },
      'rejected',
    ],
    ['requires_confirmation', unconfirmed, 'unknown'],
    ['requires_action', { ...waiting, next_action: { type: 'boleto_display_details' } }, 'unknown'],
    ['requires_action', { ...waiting, next_action: null }, 'unknown'],
    ['processing', { amount_capturable: 0 }, 'pending'],
    ['requires_capture', {}, 'applied'],
    ['succeeded', { amount_capturable: 0, amount_received: 10_000 }, 'applied'],
    ['canceled', { amount_capturable: 0, cancellation_reason: 'abandoned' }, 'rejected'],
    ['canceled', { amount_capturable: 0, amount_received: 4_000 }, 'unknown'],
    ['requires_florins', {}, 'unknown'],
  ])('with status %s and %j is %s', (status, over, effect) => {
    expect(read(charge(), wireIntent({ ...over, status })).effect).toBe(effect)
  })

  test('that is held where a sale was asked for proves nothing', () => {
    expect(read(charge({ kind: 'sale' }), wireIntent({ ...SALE, amount_capturable: 10_000 })).effect).toBe('unknown')
  })

  test('over a part of the amount says which part', () => {
    expect(read(charge(), wireIntent({ amount_capturable: 6_000 }))).toMatchObject({
      effect: 'applied',
      amount: 6_000n,
    })
  })

  test('in two steps asks for the confirmation, under a key of its own', () => {
    const two = stripe({ apiKey: 'sk_test_1', form: 'two_step' })
    const next = two.read(answer(wireIntent(unconfirmed)), charge())
    expect(next).toMatchObject({
      effect: 'next',
      step: {
        gatewayId: INTENT,
        request: {
          path: `/v1/payment_intents/${INTENT}/confirm`,
          headers: { 'idempotency-key': `${CHARGE}-confirm` },
        },
      },
    })
  })

  test.each<[string, unknown]>([
    ['another attempt', wireIntent({ metadata: { florin_attempt: OPERATION } })],
    ['no attempt', wireIntent({ metadata: {} })],
    ['another currency', wireIntent({ currency: 'usd' })],
    ['a currency that there is not', wireIntent({ currency: 'florins' })],
    ['another amount', wireIntent({ amount: 10_001 })],
    ['another capture mode', wireIntent({ capture_method: 'automatic' })],
    ['live money under a test key', wireIntent({ livemode: true })],
    ['no money at all', wireIntent({ amount_capturable: 0 })],
    ['another object', { ...wireIntent(), object: 'setup_intent' }],
    ['an amount in text', { ...wireIntent(), amount: '10000' }],
    ['a negative amount', { ...wireIntent(), amount_capturable: -1 }],
    ['a time beyond all dates', wireIntent({ created: 2 ** 50 })],
    ['nothing', ''],
    ['HTML', '<html><body>Bad gateway</body></html>'],
    ['a list', []],
    ['null', 'null'],
    ['half an answer', JSON.stringify(wireIntent()).slice(0, 200)],
  ])('about %s is unknown', (_, body) => {
    expect(read(charge(), body).effect).toBe('unknown')
  })

  test('cut anywhere is unknown', () => {
    const body = JSON.stringify(wireIntent())
    fc.assert(fc.property(fc.nat(body.length - 1), (at) => read(charge(), body.slice(0, at)).effect === 'unknown'))
  })
})

describe('a completion', () => {
  test('tells where the charge stands now', () => {
    expect(read(complete(), wireIntent()).effect).toBe('applied')
    expect(read(complete(), wireIntent(waiting))).toMatchObject({ effect: 'pending', awaits: 'customer' })
    const failed = { type: 'invalid_request_error', code: 'payment_intent_authentication_failure' }
    expect(
      read(
        complete(),
        wireIntent({ status: 'requires_payment_method', amount_capturable: 0, last_payment_error: failed }),
      ),
    ).toMatchObject({ effect: 'rejected', decline: { class: 'customer_action', code: 'authentication_failed' } })
    expect(read(complete(), wireIntent({ id: 'pi_other' })).effect).toBe('unknown')
  })

  test('without the id finds the charge by our reference', () => {
    const command = complete({ target: { attempt: CHARGE, gatewayId: null } })
    const found = (data: unknown[]) => ({ object: 'search_result', data, has_more: false, url: '/v1' })
    expect(read(command, found([wireIntent()])).effect).toBe('applied')
    expect(read(command, found([])).effect).toBe('unknown')
  })
})
