import { describe, expect, test } from 'vitest'
import { CHARGE, PSP } from '../../test/commands.ts'
import { bodyOf, event } from '../../test/notifications.ts'
import { parseWebhook } from '../webhooks/parse.ts'
import { disputeFacts } from './facts.ts'

const DISPUTE = '9915555555555555'
const AT = Date.parse('2026-11-21T12:00:00Z')

const told = (eventCode: string, additionalData: object = {}, over: object = {}) =>
  disputeFacts(bodyOf([event(eventCode, { pspReference: DISPUTE, originalReference: PSP, additionalData, ...over })]))
const reports = (eventCode: string, disputeStatus?: string) =>
  told(eventCode, { disputeStatus }).map(({ report, stage }) => [report, stage])

describe('an event about a dispute', () => {
  test('tells whose it is, what it is about, why, and until when it can be answered', () => {
    const more = {
      chargebackReasonCode: ' 4853',
      chargebackSchemeCode: 'mc',
      defensePeriodEndsAt: '2026-12-21T03:03:08+02:00',
      disputeStatus: 'Undefended',
    }
    expect(told('NOTIFICATION_OF_CHARGEBACK', more, { reason: 'Cardholder Dispute' })).toEqual([
      {
        dispute: DISPUTE,
        report: 'opened',
        stage: 'chargeback',
        attempt: CHARGE,
        charge: PSP,
        amount: 10_000n,
        currency: 'EUR',
        fee: null,
        reason: { code: '4853', text: 'Cardholder Dispute' },
        network: 'mastercard',
        evidenceDueAt: Date.parse('2026-12-21T01:03:08Z'),
        occurredAt: AT,
      },
    ])
  })

  test.each([
    ['REQUEST_FOR_INFORMATION', 'Unresponded', [['opened', 'inquiry']]],
    ['REQUEST_FOR_INFORMATION', 'Responded', [['under_review', 'inquiry']]],
    ['REQUEST_FOR_INFORMATION', 'Expired', [['expired', 'inquiry']]],
    ['INFORMATION_SUPPLIED', 'Pending', [['under_review', 'chargeback']]],
    ['INFORMATION_SUPPLIED', 'Responded', [['under_review', 'inquiry']]],
    ['CHARGEBACK', 'Undefended', [['withdrawn', 'chargeback']]],
    [
      'CHARGEBACK',
      'Lost',
      [
        ['withdrawn', 'chargeback'],
        ['lost', 'chargeback'],
      ],
    ],
    [
      'CHARGEBACK',
      'Accepted',
      [
        ['withdrawn', 'chargeback'],
        ['accepted', 'chargeback'],
      ],
    ],
    ['CHARGEBACK_REVERSED', 'Pending', [['reinstated', 'chargeback']]],
    [
      'CHARGEBACK_REVERSED',
      'Won',
      [
        ['reinstated', 'chargeback'],
        ['won', 'chargeback'],
      ],
    ],
    [
      'SECOND_CHARGEBACK',
      'Lost',
      [
        ['withdrawn', 'pre_arbitration'],
        ['lost', 'pre_arbitration'],
      ],
    ],
    ['DISPUTE_DEFENSE_PERIOD_ENDED', 'Lost', [['lost', 'chargeback']]],
    ['DISPUTE_DEFENSE_PERIOD_ENDED', 'Accepted', [['accepted', 'chargeback']]],
    ['DISPUTE_DEFENSE_PERIOD_ENDED', undefined, [['expired', 'chargeback']]],
    ['ISSUER_RESPONSE_TIMEFRAME_EXPIRED', 'Won', [['won', 'chargeback']]],
    ['PREARBITRATION_OPEN', undefined, [['opened', 'pre_arbitration']]],
    ['PREARBITRATION_ACCEPTED', undefined, [['accepted', 'pre_arbitration']]],
    ['PREARBITRATION_DECLINED', undefined, [['under_review', 'pre_arbitration']]],
    ['PREARBITRATION_ISSUER_WITHDRAWN', undefined, [['won', 'pre_arbitration']]],
    ['PREARBITRATION_WON', undefined, [['won', 'pre_arbitration']]],
    ['PREARBITRATION_LOST', undefined, [['lost', 'pre_arbitration']]],
    ['SCHEME_ARBITRATION', undefined, [['under_review', 'pre_arbitration']]],
    ['SCHEME_ARBITRATION_WON', undefined, [['won', 'pre_arbitration']]],
    ['SCHEME_ARBITRATION_LOST', undefined, [['lost', 'pre_arbitration']]],
  ] as const)('%s with the status %s', (code, status, expected) => {
    expect(reports(code, status)).toEqual(expected)
  })

  test('moves money by its signed code alone: no status does, nor does an unknown one', () => {
    expect(reports('CHARGEBACK', 'Won')).toEqual([['withdrawn', 'chargeback']])
    expect(reports('CHARGEBACK_REVERSED', 'Lost')).toEqual([['reinstated', 'chargeback']])
    expect(reports('CHARGEBACK', 'constructor')).toEqual([['withdrawn', 'chargeback']])
    expect(reports('INFORMATION_SUPPLIED', 'Lost')).toEqual([['under_review', 'chargeback']])
  })

  test('within one second puts what is further along later', () => {
    const [taken, ended] = told('CHARGEBACK', { disputeStatus: 'Lost' })
    expect([taken?.occurredAt, ended?.occurredAt]).toEqual([AT + 100, AT + 800])
  })

  test('without its payment is about what it names, by our reference', () => {
    const [fact] = told('CHARGEBACK_REVERSED', {}, { originalReference: undefined, pspReference: PSP })
    expect(fact).toMatchObject({ dispute: PSP, charge: PSP, attempt: CHARGE })
  })

  test('of somebody else has no attempt of ours, and a modification’s reference is none of a charge', () => {
    for (const merchantReference of ['order-7', `${CHARGE}-refund`])
      expect(told('CHARGEBACK', {}, { merchantReference })[0]?.attempt).toBeNull()
  })

  test('shows no card number, and counts as ISO 4217 does', () => {
    const over = { reason: 'card 4111111111111111', amount: { currency: 'CLP', value: 1_234_500 } }
    const [fact] = told('CHARGEBACK', {}, over)
    expect(fact?.reason?.text).not.toContain('4111111111111111')
    expect(fact?.amount).toBe(12_345n)
    expect(told('CHARGEBACK', {}, { amount: { currency: 'CLP', value: 1 } })[0]?.amount).toBeNull()
  })
})

test('what is no step of a dispute says nothing about one, and disputes say nothing about commands', () => {
  for (const code of ['NOTIFICATION_OF_FRAUD', 'ISSUER_COMMENTS', 'AUTHORISATION', 'WEATHER_CHANGED'])
    expect(told(code)).toEqual([])
  expect(told('CHARGEBACK', {}, { success: 'false' })).toEqual([])
  expect(parseWebhook(bodyOf([event('CHARGEBACK', { pspReference: DISPUTE, originalReference: PSP })]))).toEqual([])
})

test('a reference that is none of Adyen’s is refused', () => {
  expect(() => told('CHARGEBACK', {}, { pspReference: '../x' })).toThrow(
    expect.objectContaining({ code: 'webhook_rejected' }),
  )
})
