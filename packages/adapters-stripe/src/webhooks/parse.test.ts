import { describe, expect, test } from 'vitest'
import { CHARGE, INTENT, OPERATION } from '../../test/commands.ts'
import { wireCaptured, wireCharge, wireEvent, wireIntent, wireRefund } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({ apiKey: 'sk_test_1', webhookSecret: 'whsec_0123456789abcdef01234567' })
const parse = (event: unknown) => gateway.parse(Buffer.from(JSON.stringify(event)), 'default')
const ofIntent = (type: string, over: object = {}, event: object = {}) =>
  parse(wireEvent(`payment_intent.${type}`, wireIntent(over), event))
const ofRefund = (type: string, over: object = {}, event: object = {}) =>
  parse(wireEvent(type, wireRefund(over), event))

describe('an event about a PaymentIntent', () => {
  test('tells of its charge, by our attempt', () => {
    expect(ofIntent('amount_capturable_updated')).toEqual([
      {
        attempt: CHARGE,
        of: 'authorize',
        gatewayId: INTENT,
        parentGatewayId: null,
        amount: 10_000n,
        currency: 'EUR',
        occurredAt: 1_790_000_001_500,
        answer: expect.objectContaining({ effect: 'applied', amount: 10_000n }),
      },
    ])
  })

  test('tells of the charge and of each capture, with the ids that their answers had', () => {
    const facts = parse(wireEvent('payment_intent.succeeded', wireCaptured({ latest_charge: 'ch_3Florin' })))
    expect(facts).toMatchObject([
      { attempt: CHARGE, of: 'authorize', amount: 10_000n },
      { attempt: OPERATION, of: 'capture', gatewayId: 'ch_3Florin', parentGatewayId: INTENT, amount: 10_000n },
    ])
  })

  test('tells of a sale, a decline, and a buyer who is waited for', () => {
    const sale = { capture_method: 'automatic', status: 'succeeded', amount_capturable: 0, amount_received: 10_000 }
    expect(ofIntent('succeeded', sale)).toMatchObject([{ of: 'sale', answer: { effect: 'applied', amount: 10_000n } }])
    const declined = {
      status: 'requires_payment_method',
      amount_capturable: 0,
      last_payment_error: { type: 'card_error', decline_code: 'stolen_card' },
    }
    expect(ofIntent('payment_failed', declined)).toMatchObject([
      { answer: { effect: 'rejected', decline: { class: 'hard' } } },
    ])
    const action = { type: 'redirect_to_url', redirect_to_url: { url: 'https://hooks.stripe.example/3ds' } }
    expect(ofIntent('requires_action', { status: 'requires_action', next_action: action })).toMatchObject([
      { answer: { effect: 'pending', awaits: 'customer' } },
    ])
  })

  test('that was canceled tells that its charge holds nothing, and that somebody let it go', () => {
    const canceled = { status: 'canceled', amount_capturable: 0, cancellation_reason: 'expired' }
    expect(ofIntent('canceled', canceled)).toMatchObject([
      { attempt: CHARGE, of: 'authorize', answer: { effect: 'rejected', decline: { code: 'expired' } } },
      { attempt: null, of: 'cancel', gatewayId: INTENT, parentGatewayId: INTENT, answer: { effect: 'applied' } },
    ])
    expect(ofIntent('canceled', { ...canceled, latest_charge: null })).toHaveLength(1) // never charged: nothing was let go
  })

  test('that was raised tells of the new total', () => {
    const metadata = { florin_attempt: CHARGE, [OPERATION]: 'increment:12000' }
    expect(
      ofIntent('amount_capturable_updated', { amount: 12_000, amount_capturable: 12_000, metadata }),
    ).toMatchObject([{ attempt: OPERATION, of: 'increment', gatewayId: `${INTENT}/${OPERATION}`, amount: 12_000n }])
  })

  test('tells of money that was captured at the dashboard, and of what that left over', () => {
    const captured = { status: 'succeeded', amount_capturable: 0, amount_received: 6_000 }
    expect(ofIntent('succeeded', captured)).toMatchObject([
      { attempt: CHARGE, of: 'authorize' },
      { attempt: null, of: 'capture', gatewayId: 'ch_3Florin', parentGatewayId: INTENT, amount: 6_000n },
      { attempt: null, of: 'cancel', gatewayId: INTENT },
    ])
    const beside = { ...captured, metadata: { florin_attempt: CHARGE, [OPERATION]: 'capture:4000' } }
    expect(ofIntent('succeeded', beside)).toMatchObject([
      { of: 'authorize' },
      { attempt: OPERATION, of: 'capture', gatewayId: `ch_3Florin/${OPERATION}`, amount: 4_000n },
      { attempt: null, of: 'capture', gatewayId: 'ch_3Florin/dashboard', amount: 2_000n },
      { attempt: null, of: 'cancel' },
    ])
  })

  test('tells nothing where it is another system’s, new, or in a status that is not known', () => {
    expect(ofIntent('succeeded', { metadata: { order: '1' } })).toEqual([])
    expect(
      ofIntent('created', { status: 'requires_payment_method', amount_capturable: 0, latest_charge: null }),
    ).toEqual([])
    expect(ofIntent('something_new', { status: 'requires_florins' })).toEqual([])
  })

  test('of several within a second is later the further it has come', () => {
    const [action, held, taken] = ['requires_action', 'requires_capture', 'succeeded'].map((status) => {
      const next_action = { type: 'redirect_to_url', redirect_to_url: { url: 'https://hooks.stripe.example/3ds' } }
      return ofIntent('x', { status, next_action })[0]?.occurredAt ?? 0
    })
    expect([action, held, taken]).toEqual([action, held, taken].sort())
    expect(new Set([action, held, taken]).size).toBe(3)
    expect((taken ?? 0) - (action ?? 0)).toBeLessThan(1_000)
  })
})

describe('an event about a refund', () => {
  test('tells of it, by our attempt', () => {
    expect(ofRefund('refund.created')).toMatchObject([
      {
        attempt: OPERATION,
        of: 'refund',
        gatewayId: 're_3Florin',
        parentGatewayId: INTENT,
        amount: 10_000n,
        answer: { effect: 'applied' },
      },
    ])
  })

  test('that failed takes back what had left, and refuses what had not', () => {
    expect(ofRefund('refund.failed', { status: 'failed', failure_reason: 'lost_or_stolen_card' })).toMatchObject([
      { answer: { effect: 'undone', decline: { code: 'refund_failed', gatewayCode: 'lost_or_stolen_card' } } },
    ])
    const was = (status: string) => ({
      data: { object: wireRefund({ status: 'failed' }), previous_attributes: { status } },
    })
    expect(ofRefund('refund.updated', {}, was('succeeded'))).toMatchObject([{ answer: { effect: 'undone' } }])
    expect(ofRefund('refund.updated', {}, was('pending'))).toMatchObject([{ answer: { effect: 'rejected' } }])
  })

  test('that was made at the dashboard counts once it has moved money', () => {
    expect(ofRefund('refund.created', { metadata: {} })).toMatchObject([{ attempt: null, parentGatewayId: INTENT }])
    expect(ofRefund('refund.created', { metadata: {}, balance_transaction: null })).toEqual([])
    expect(ofRefund('refund.created', { metadata: null, reason: 'expired_uncaptured_charge' })).toEqual([])
    expect(ofRefund('refund.created', { payment_intent: null })).toEqual([])
  })
})

describe('an event', () => {
  test.each([
    'charge.succeeded',
    'charge.captured',
    'charge.refunded',
    'charge.dispute.created',
    'customer.created',
    'x.y',
  ])('%s tells nothing of a command', (type) => expect(parse(wireEvent(type, wireCharge()))).toEqual([]))

  test('that is thin tells nothing', () => {
    expect(
      parse({ id: 'evt_1', object: 'v2.core.event', type: 'v1.payment_intent.succeeded', livemode: false }),
    ).toEqual([])
  })

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['a list', []],
    ['no envelope', { object: 'event', type: 'payment_intent.succeeded' }],
    [
      'a PaymentIntent without an amount',
      wireEvent('payment_intent.succeeded', { ...wireIntent(), amount: undefined }),
    ],
    ['a currency that there is not', wireEvent('payment_intent.succeeded', wireIntent({ currency: 'florins' }))],
    [
      'an amount that its currency cannot have',
      wireEvent('payment_intent.succeeded', wireIntent({ currency: 'isk', amount: 10_001 })),
    ],
    ['a time beyond all dates', wireEvent('payment_intent.succeeded', wireIntent(), { created: 2 ** 50 })],
    ['a refund that is none', wireEvent('refund.created', wireIntent())],
  ])('that cannot be read (%s) throws, so that it waits', (_, event) => {
    expect(() => parse(event)).toThrow(expect.objectContaining({ name: 'FlorinError' }))
  })

  test('gives the same facts each time', () => {
    expect(ofIntent('succeeded')).toEqual(ofIntent('succeeded'))
  })
})
