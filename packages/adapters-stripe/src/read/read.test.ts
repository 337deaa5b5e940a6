import type { Answer, Command } from '@florin/core/gateways'
import fc from 'fast-check'
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
import { answer, wireCaptured, wireCharge, wireDecline, wireIntent, wireRefund } from '../../test/objects.ts'
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

describe('an operation’s answer', () => {
  test('to a capture has the charge’s id where it took all there is, else its attempt beside it', () => {
    expect(read(capture(), wireCaptured())).toMatchObject({
      effect: 'applied',
      gatewayId: 'ch_3Florin',
      amount: 10_000n,
    })
    const other = `att_0${'3'.repeat(25)}`
    const second = wireIntent({
      amount_capturable: 2_000,
      amount_received: 8_000,
      metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:4000', [other]: 'capture:4000' },
    })
    expect(read(capture({ amount: 4_000n, final: false }), second)).toMatchObject({
      effect: 'applied',
      gatewayId: `ch_3Florin/${OPERATION}`,
      amount: 4_000n,
    })
  })

  test.each<[string, object]>([
    ['without its entry', { metadata: { florin_attempt: CHARGE } }],
    [
      'with an entry over another amount',
      { metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:9999' }, amount_received: 9_999 },
    ],
    ['whose entries are more than was received', { amount_received: 9_000 }],
    ['without a charge', { latest_charge: null }],
    ['of a charge that captures itself', { capture_method: 'automatic' }],
    ['in a status that nothing can be captured in', { status: 'processing' }],
    ['of another charge', { id: 'pi_other' }],
    ['of another attempt’s charge', { metadata: { florin_attempt: OPERATION, [OPERATION]: 'capture:10000' } }],
  ])('to a capture %s is unknown', (_, over) => {
    expect(read(capture(), wireCaptured(over)).effect).toBe('unknown')
  })

  test('to a cancel is applied once nothing is held and nothing was taken', () => {
    const canceled = wireIntent({ status: 'canceled', amount_capturable: 0 })
    expect(read(cancel(), canceled)).toEqual({ effect: 'applied', gatewayId: INTENT })
    expect(read(cancel(), wireIntent()).effect).toBe('unknown')
    expect(read(cancel(), { ...canceled, amount_received: 4_000 }).effect).toBe('unknown')
    const ours = { florin_attempt: CHARGE, [`att_0${'3'.repeat(25)}`]: 'capture:4000' }
    expect(read(cancel(), { ...canceled, amount_received: 4_000, metadata: ours }).effect).toBe('applied')
  })

  test('to an increment is applied with its entry over the new total', () => {
    const raised = wireIntent({ amount: 12_000, metadata: { florin_attempt: CHARGE, [OPERATION]: 'increment:12000' } })
    expect(read(increment(), raised)).toMatchObject({ effect: 'applied', gatewayId: `${INTENT}/${OPERATION}` })
    expect(read(increment(), { ...raised, amount: 11_000 }).effect).toBe('unknown')
    expect(read(increment(), { ...raised, metadata: { florin_attempt: CHARGE } }).effect).toBe('unknown')
  })

  test.each([
    ['succeeded', 'applied'],
    ['pending', 'pending'],
    ['requires_action', 'pending'],
    ['failed', 'rejected'],
    ['canceled', 'rejected'],
    ['on_its_way', 'unknown'],
    [null, 'unknown'],
  ])('to a refund with status %s is %s', (status, effect) => {
    expect(read(refund(), wireRefund({ status })).effect).toBe(effect)
  })

  test.each<[string, object]>([
    ['another attempt', { metadata: { florin_attempt: CHARGE } }],
    ['another charge', { payment_intent: 'pi_other' }],
    ['another amount', { amount: 9_999 }],
    ['another currency', { currency: 'usd' }],
  ])('to a refund about %s is unknown', (_, over) => {
    expect(read(refund(), wireRefund(over)).effect).toBe('unknown')
  })
})

describe('a refusal', () => {
  test('of a card is a decline with its PaymentIntent’s id', () => {
    expect(read(charge(), wireDecline({ decline_code: 'insufficient_funds' }), 402)).toMatchObject({
      effect: 'rejected',
      gatewayId: INTENT,
      decline: { class: 'soft_balance', code: 'insufficient_funds' },
    })
  })

  test.each<[string, object, object | null]>([
    ['another attempt’s PaymentIntent', {}, { metadata: { florin_attempt: OPERATION } }],
    ['a PaymentIntent that holds the money', {}, { status: 'requires_capture', amount_capturable: 10_000 }],
    ['a PaymentIntent of another shape', {}, { amount: 'much' }],
    ['a duplicate, so that another charge may stand', { decline_code: 'duplicate_transaction' }, {}],
    ['a duplicate, without a PaymentIntent', { decline_code: 'duplicate_transaction' }, null],
  ])('that comes with %s is unknown', (_, error, intent) => {
    expect(read(charge(), wireDecline(error, intent), 402).effect).toBe('unknown')
  })

  const refused = (type: string, code?: string) => ({
    error: { type, ...(code !== undefined && { code }), message: 'text' },
  })
  test.each<[number, object, string, string]>([
    [400, refused('invalid_request_error', 'parameter_unknown'), 'rejected', 'configuration'],
    [400, refused('idempotency_error'), 'rejected', 'configuration'],
    [401, refused('invalid_request_error'), 'rejected', 'configuration'],
    [403, refused('invalid_request_error'), 'rejected', 'configuration'],
    [404, refused('invalid_request_error', 'resource_missing'), 'rejected', 'configuration'],
    [429, refused('invalid_request_error', 'rate_limit'), 'rejected', 'technical'],
    [402, refused('card_error', 'card_declined'), 'rejected', 'hard'],
  ])('%s %j is %s, of class %s', (status, body, effect, decline) => {
    expect(read(charge(), body, status)).toMatchObject({ effect, decline: { class: decline } })
  })

  test.each<[number, unknown]>([
    [409, refused('idempotency_error', 'idempotency_key_in_use')],
    [409, refused('invalid_request_error')],
    [429, refused('invalid_request_error', 'lock_timeout')],
  ])('%s %j is unknown, to be asked again under the same key', (status, body) => {
    expect(read(charge(), body, status, { 'retry-after': '7' })).toMatchObject({
      effect: 'unknown',
      retryAfterMs: 7_000,
    })
    expect(read(capture(), body, status)).toMatchObject({ effect: 'unknown', retryAfterMs: 1_000 })
  })

  test.each<[number, unknown]>([
    [500, refused('api_error')],
    [502, '<html></html>'],
    [503, ''],
    [424, refused('api_error')],
    [400, refused('api_error')],
    [400, refused('something_new')],
    [400, '{"message":"not Stripe"}'],
    [402, 'card_error'],
    [405, refused('invalid_request_error')],
    [302, ''],
    [201, wireIntent()],
    [204, ''],
  ])('%s %j is unknown', (status, body) => {
    expect(read(charge(), body, status).effect).toBe('unknown')
  })

  test('that Stripe kept and replays says so', () => {
    expect(read(charge(), refused('api_error'), 500, { 'idempotent-replayed': 'true' })).toMatchObject({
      effect: 'unknown',
      replayed: true,
    })
    expect(read(charge(), refused('api_error'), 500)).not.toHaveProperty('replayed')
  })

  test('for want of calls left lets only a charge go elsewhere', () => {
    const body = refused('invalid_request_error', 'rate_limit')
    for (const command of [capture(), cancel(), refund(), increment()])
      expect(read(command, body, 429)).toMatchObject({ effect: 'unknown', retryAfterMs: 1_000 })
  })

  test('of a question says nothing about what was asked for', () => {
    for (const [status, body] of [
      [404, refused('invalid_request_error', 'resource_missing')],
      [401, refused('invalid_request_error')],
      [402, refused('card_error', 'card_declined')],
      [429, refused('invalid_request_error')],
    ] as const)
      for (const command of [lookup('authorize'), lookup('capture'), lookup('refund'), complete()])
        expect(read(command, body, status).effect).toBe('unknown')
  })
})

describe('a lookup', () => {
  const found = (...data: unknown[]) => ({ object: 'search_result', data, has_more: false, url: '/v1' })
  const byReference = { target: { attempt: CHARGE, gatewayId: null } } as const

  test('by our reference is absent for the documented empty result only', () => {
    const command = lookup('authorize', byReference)
    expect(read(command, found(wireIntent()))).toMatchObject({ effect: 'applied', gatewayId: INTENT })
    expect(read(command, found())).toEqual({ effect: 'absent' })
    expect(read(command, found(wireIntent(), wireIntent({ id: 'pi_second' }))).effect).toBe('unknown')
    expect(read(command, { ...found(wireIntent()), has_more: true }).effect).toBe('unknown')
    expect(read(command, { object: 'search_result' }).effect).toBe('unknown')
    expect(read(command, wireIntent()).effect).toBe('unknown')
  })

  test('of a charge that was never confirmed finds nothing that was charged', () => {
    expect(read(lookup('authorize'), wireIntent(unconfirmed))).toEqual({ effect: 'absent' })
  })

  test('of a charge of another mode, amount or capture mode is unknown', () => {
    for (const over of [{ livemode: true }, { amount: 1 }, { capture_method: 'automatic' }, { id: 'pi_other' }])
      expect(read(lookup('authorize'), wireIntent(over)).effect).toBe('unknown')
  })

  test('of a capture, cancel or increment reads its charge', () => {
    expect(read(lookup('capture'), wireCaptured()).effect).toBe('applied')
    expect(read(lookup('capture'), wireIntent()).effect).toBe('absent')
    expect(read(lookup('cancel'), wireIntent({ status: 'canceled', amount_capturable: 0 })).effect).toBe('applied')
    expect(read(lookup('cancel'), wireIntent()).effect).toBe('absent')
    const raised = wireIntent({ amount: 12_000, metadata: { florin_attempt: CHARGE, [OPERATION]: 'increment:12000' } })
    expect(read(lookup('increment', { amount: 12_000n }), raised).effect).toBe('applied')
    expect(read(lookup('increment', { amount: 12_000n }), wireIntent()).effect).toBe('absent')
  })

  test('of a capture sees what somebody else captured beside it', () => {
    const beside = wireCaptured({
      amount_received: 9_000,
      metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:4000' },
    })
    const answered = read(lookup('capture', { amount: 4_000n }), beside)
    expect(answered).toMatchObject({ effect: 'applied', amount: 4_000n, gatewayId: `ch_3Florin/${OPERATION}` })
  })

  test('of an operation whose charge is not found is no word about it', () => {
    const parent = { attempt: CHARGE, gatewayId: null } as const
    expect(read(lookup('capture', { parent }), found()).effect).toBe('unknown')
    expect(read(lookup('capture', { parent }), found(wireCaptured())).effect).toBe('applied')
  })

  test('of a refund finds it among its charge’s', () => {
    const list = (data: unknown[], has_more = false) => ({ object: 'list', data, has_more, url: '/v1/refunds' })
    const other = wireRefund({ id: 're_other', metadata: {} })
    expect(read(lookup('refund'), list([other, wireRefund()]))).toMatchObject({
      effect: 'applied',
      gatewayId: 're_3Florin',
    })
    expect(read(lookup('refund'), list([other]))).toEqual({ effect: 'absent' })
    expect(read(lookup('refund'), list([other], true)).effect).toBe('unknown')
    expect(read(lookup('refund'), list([{ object: 'refund' }])).effect).toBe('unknown')
    expect(read(lookup('refund'), list([wireRefund(), wireRefund({ id: 're_twin' })])).effect).toBe('unknown')
    const known = { target: { attempt: OPERATION, gatewayId: 're_3Florin' } } as const
    expect(read(lookup('refund', known), wireRefund()).effect).toBe('applied')
    expect(read(lookup('refund', known), wireRefund({ id: 're_other' })).effect).toBe('unknown')
  })
})
