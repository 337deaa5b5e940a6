import { isFlorinError } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { CHARGE, DEED, DEED_PSP, PSP } from '../../test/commands.ts'
import { bodyOf, deed, event } from '../../test/notifications.ts'
import { parseWebhook } from './parse.ts'

const facts = (...items: Record<string, unknown>[]) => parseWebhook(bodyOf(items))
const AT = Date.parse('2026-11-21T12:00:00Z')

describe('an event about a charge', () => {
  test('names our attempt, Adyen’s reference and the signed amount', () => {
    expect(facts(event('AUTHORISATION'))).toEqual([
      {
        attempt: CHARGE,
        of: 'authorize',
        gatewayId: PSP,
        parentGatewayId: null,
        amount: 10_000n,
        currency: 'EUR',
        occurredAt: AT,
        answer: { effect: 'applied', gatewayId: PSP },
      },
    ])
  })

  test('that failed is a decline whose reason is not believed, because Adyen does not sign it', () => {
    const [fact] = facts(event('AUTHORISATION', { success: 'false', reason: 'Not enough balance' }))
    expect(fact?.answer).toMatchObject({
      effect: 'rejected',
      decline: { class: 'hard', code: 'declined', gatewayCode: null },
    })
  })

  test('that the buyer never finished, or that lapsed', () => {
    expect(facts(event('OFFER_CLOSED'))[0]?.answer).toMatchObject({ effect: 'rejected', decline: { code: 'expired' } })
    const [lapsed] = facts(event('EXPIRE', { amount: { currency: 'EUR', value: 4_000 } }))
    expect(lapsed).toMatchObject({ attempt: CHARGE, of: 'authorize', amount: null, answer: { effect: 'undone' } })
  })

  test('of somebody else has no attempt of ours', () => {
    for (const merchantReference of ['order-7', 'att_short', `${CHARGE}x`, '', 'a:b'])
      expect(facts(event('AUTHORISATION', { merchantReference }))[0]?.attempt).toBeNull()
  })
})

describe('an event about a modification', () => {
  test.each([
    ['CAPTURE', 'capture', 'applied', 10_000n],
    ['CAPTURE_FAILED', 'capture', 'undone', 10_000n],
    ['REFUND', 'refund', 'applied', 10_000n],
    ['REFUND_FAILED', 'refund', 'undone', 10_000n],
    ['REFUNDED_REVERSED', 'refund', 'undone', 10_000n],
    ['CANCELLATION', 'cancel', 'applied', null],
    ['TECHNICAL_CANCEL', 'cancel', 'applied', null],
    ['AUTHORISATION_ADJUSTMENT', 'increment', 'applied', null],
  ] as const)('%s is a %s, %s', (code, of, effect, amount) => {
    expect(facts(deed(code, { merchantReference: `${DEED}-${of}` }))).toMatchObject([
      { attempt: DEED, of, gatewayId: DEED_PSP, parentGatewayId: PSP, amount, currency: 'EUR', answer: { effect } },
    ])
  })

  test.each(['CAPTURE', 'REFUND', 'CANCELLATION', 'TECHNICAL_CANCEL', 'AUTHORISATION_ADJUSTMENT'])(
    '%s that failed is refused',
    (code) => {
      const [fact] = facts(deed(code, { success: 'false', reason: 'Insufficient balance on payment' }))
      expect(fact?.answer).toMatchObject({ effect: 'rejected', decline: { class: 'configuration' } })
      expect(JSON.stringify(fact?.answer)).not.toContain('Insufficient')
    },
  )

  test('that repeats the payment’s reference is nobody’s attempt, and known by the payment', () => {
    for (const code of ['TECHNICAL_CANCEL', 'REFUND', 'CAPTURE_FAILED'])
      expect(facts(deed(code, { merchantReference: CHARGE }))).toMatchObject([{ attempt: null, parentGatewayId: PSP }])
    expect(facts(deed('REFUND', { merchantReference: `${DEED}-capture` }))[0]?.attempt).toBeNull()
  })

  test('a capture that failed and was made again says so in three events', () => {
    const merchantReference = `${DEED}-capture`
    const at = (second: number) => `2026-11-21T13:00:0${second}+01:00`
    const told = facts(
      deed('CAPTURE', { merchantReference, eventDate: at(1) }),
      deed('CAPTURE_FAILED', { merchantReference, eventDate: at(2) }),
      deed('CAPTURE', { merchantReference, eventDate: at(3), reason: 'Transaction Recaptured' }),
    )
    expect(told.map(({ answer }) => answer.effect)).toEqual(['applied', 'undone', 'applied'])
    expect(new Set(told.map(({ gatewayId }) => gatewayId))).toEqual(new Set([DEED_PSP]))
    expect(told.map(({ occurredAt }) => occurredAt)).toEqual([AT + 1_000, AT + 2_000, AT + 3_000])
  })

  test('a reversal, which we never order, was a cancel or a refund', () => {
    const reversal = (action?: string) =>
      facts(
        deed('CANCEL_OR_REFUND', {
          merchantReference: CHARGE,
          ...(action && { additionalData: { 'modification.action': action } }),
        }),
      )
    expect(reversal('cancel')).toMatchObject([{ of: 'cancel', attempt: null, answer: { effect: 'applied' } }])
    expect(reversal('refund')).toMatchObject([{ of: 'refund', attempt: null, amount: 10_000n }])
    expect(reversal('constructor')).toEqual([])
    expect(reversal()).toEqual([])
  })
})

test.each(['ORDER_OPENED', 'ORDER_CLOSED', 'REPORT_AVAILABLE', 'CHARGEBACK', 'PENDING', 'WEATHER_CHANGED'])(
  '%s gives no facts',
  (code) => expect(facts(event(code, { pspReference: 'settlement_detail_report.csv' }))).toEqual([]),
)

test('an event that did not succeed at ending something says nothing', () => {
  expect(facts(event('EXPIRE', { success: 'false' }), event('OFFER_CLOSED', { success: 'false' }))).toEqual([])
})

describe('what cannot be', () => {
  test('an amount that ISO 4217 cannot say does not pass for the one that was asked', () => {
    const [fact] = facts(event('AUTHORISATION', { amount: { currency: 'ISK', value: 1_050 } }))
    expect(fact).toMatchObject({ amount: null, currency: 'ISK', answer: { effect: 'unknown' } })
  })

  test('an eventDate that is none leaves the event without a time', () => {
    expect(facts(event('AUTHORISATION', { eventDate: 'yesterday' }))[0]?.occurredAt).toBeNull()
  })

  test.each([
    ['no JSON', Buffer.from('{')],
    ['another kind of webhook', Buffer.from('{"type":"x"}')],
    ['an amount of no number', bodyOf([event('CAPTURE', { amount: { currency: 'EUR', value: '1' } })])],
    ['a reference that leads elsewhere', bodyOf([event('AUTHORISATION', { pspReference: '..' })])],
  ])('a body with %s throws, so that it waits', (_, body) => {
    try {
      parseWebhook(body)
    } catch (error) {
      expect(isFlorinError(error, 'webhook_rejected')).toBe(true)
      return
    }
    expect.fail('it was read')
  })
})
