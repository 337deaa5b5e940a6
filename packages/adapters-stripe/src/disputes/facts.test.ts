import { describe, expect, test } from 'vitest'
import { INTENT } from '../../test/commands.ts'
import { wireDispute, wireEvent, wireMovement } from '../../test/objects.ts'
import { stripe } from '../stripe.ts'

const gateway = stripe({ apiKey: 'sk_test_1', webhookSecret: 'whsec_0123456789abcdef01234567' })
const parse = (event: unknown) => gateway.disputes?.parse(Buffer.from(JSON.stringify(event)), 'default') ?? []
const told = (name: string, over: object = {}, event: object = {}) =>
  parse(wireEvent(`charge.dispute.${name}`, wireDispute(over), event))
const reports = (name: string, over: object = {}) => told(name, over).map(({ report, stage }) => [report, stage])

const given = wireMovement({ id: 'txn_4Florin', amount: 10_000, fee: -1_500, created: 1_790_000_009 })

describe('an event about a dispute', () => {
  test('tells whose it is, what it is about, why, and until when it can be answered', () => {
    expect(told('created', { balance_transactions: [] })).toEqual([
      {
        dispute: 'dp_3Florin',
        report: 'opened',
        stage: 'chargeback',
        attempt: null,
        charge: INTENT,
        amount: 10_000n,
        currency: 'EUR',
        fee: null,
        reason: { code: '10.4', text: 'fraudulent' },
        network: 'visa',
        evidenceDueAt: 1_790_800_000_000,
        occurredAt: 1_790_000_001_000,
      },
    ])
  })

  test('tells of all its money, each movement when it happened, with the fee', () => {
    for (const name of ['updated', 'funds_withdrawn'])
      expect(told(name)).toMatchObject([
        { report: 'withdrawn', stage: 'chargeback', amount: 10_000n, fee: 1_500n, occurredAt: 1_790_000_000_100 },
        { report: 'opened', fee: null },
      ])
    const back = { status: 'won', balance_transactions: [wireMovement(), given] }
    for (const name of ['closed', 'funds_reinstated'])
      expect(told(name, back)).toMatchObject([
        { report: 'withdrawn' },
        { report: 'reinstated', amount: 10_000n, fee: 0n, occurredAt: 1_790_000_009_600 },
        { report: 'won' },
      ])
  })

  test('says nothing new about a fee that stays with Stripe', () => {
    const kept = [wireMovement(), wireMovement({ id: 'txn_4Florin', amount: 10_000, fee: 0 })]
    expect(told('closed', { status: 'won', balance_transactions: kept })).toMatchObject([
      { report: 'withdrawn', fee: 1_500n },
      { report: 'reinstated', fee: null },
      { report: 'won' },
    ])
  })

  test('is believed by its name where the movement is not in it yet', () => {
    expect(told('funds_withdrawn', { balance_transactions: [] })).toMatchObject([
      { report: 'withdrawn', stage: 'chargeback', amount: 10_000n, fee: null, occurredAt: 1_790_000_001_100 },
      { report: 'opened' },
    ])
  })

  test('that was decided when it was made opens it first', () => {
    expect(reports('created', { status: 'lost' })).toEqual([
      ['opened', 'chargeback'],
      ['withdrawn', 'chargeback'],
      ['lost', 'chargeback'],
    ])
  })

  test.each([
    ['warning_needs_response', 'opened', 'inquiry'],
    ['warning_under_review', 'under_review', 'inquiry'],
    ['warning_closed', 'won', 'inquiry'],
    ['prevented', 'won', 'inquiry'],
    ['appeal_needs_response', 'opened', 'pre_arbitration'],
    ['appeal_under_review', 'under_review', 'pre_arbitration'],
  ])('with the status %s says where it stands', (status, report, stage) => {
    expect(reports('updated', { status, balance_transactions: [] })).toEqual([[report, stage]])
  })

  test('within one second puts what is further along later', () => {
    const at = { created: 1_790_000_001 }
    const both = [wireMovement(at), wireMovement({ ...at, amount: 10_000 })]
    const facts = [...told('created'), ...told('updated', { status: 'under_review' })]
    const end = told('closed', { status: 'won', balance_transactions: both })
    const of = (report: string) => [...end, ...facts].find((fact) => fact.report === report)?.occurredAt ?? 0
    const order = ['opened', 'withdrawn', 'under_review', 'reinstated', 'won'].map(of)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(new Set(order).size).toBe(order.length)
  })

  test('counts as ISO 4217 does, and names no fee in another currency than the dispute', () => {
    const over = { currency: 'isk', amount: 500_000, balance_transactions: [wireMovement()] }
    expect(told('funds_withdrawn', over)).toMatchObject([
      { report: 'withdrawn', amount: 5_000n, currency: 'ISK', fee: null },
      { report: 'opened' },
    ])
  })

  test('is about the charge where there is no PaymentIntent', () => {
    expect(told('updated', { payment_intent: null })[0]?.charge).toBe('ch_3Florin')
  })
})

test('events of other kinds say nothing about disputes, and disputes nothing about commands', () => {
  expect(parse(wireEvent('customer.created', { id: 'cus_1', object: 'customer' }))).toEqual([])
  const body = Buffer.from(JSON.stringify(wireEvent('charge.dispute.created', wireDispute())))
  expect(gateway.parse(body, 'default')).toEqual([])
})

test.each([
  ['a status that nobody knows', { status: 'on_the_moon' }],
  ['a currency that is none', { currency: 'xxx' }],
  ['an amount that its currency cannot have', { currency: 'isk', amount: 5_001 }],
  ['no object of its kind', { object: 'charge' }],
])('a dispute with %s waits with its bytes', (_, over) => {
  expect(() => told('updated', over)).toThrow(expect.objectContaining({ code: 'webhook_rejected' }))
})
