import type { Answer, Command } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { CHARGE, cancel, capture, INTENT, increment, OPERATION, refund } from '../../test/commands.ts'
import { answer, wireCaptured, wireIntent, wireRefund } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({
  apiKey: 'sk_test_1',
  publishableKey: 'pk_test_1',
  multicapture: true,
  incrementalAuthorization: true,
})
const read = (command: Command, body: unknown, status = 200, headers = {}): Answer =>
  gateway.read(answer(body, status, headers), command)

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
