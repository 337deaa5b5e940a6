import type { Answer, Command } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { cancel, capture, charge, complete, INTENT, increment, lookup, OPERATION, refund } from '../../test/commands.ts'
import { answer, wireDecline, wireIntent } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({
  apiKey: 'sk_test_1',
  publishableKey: 'pk_test_1',
  multicapture: true,
  incrementalAuthorization: true,
})
const read = (command: Command, body: unknown, status = 200, headers = {}): Answer =>
  gateway.read(answer(body, status, headers), command)

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
    [429, refused('invalid_request_error', 'rate_limit'), 'rejected', 'unavailable'],
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
    expect(read(charge(), body, 429, { 'retry-after': '2' })).toMatchObject({ effect: 'rejected', retryAfterMs: 2_000 })
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
