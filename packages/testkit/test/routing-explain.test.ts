import type { TimelineView } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { cards, failoverWorld, OPTED_IN } from './failover-world.ts'
import { rows } from './rows.ts'

const preview = { amount: '100.00', currency: 'EUR', method: cards() } as const

describe('florin.routing.explain', () => {
  test('says who would be asked in which order, and why nobody else; it writes and sends nothing', async () => {
    const w = await failoverWorld()
    const route = await w.run(w.florin.routing.explain(preview))
    expect(route).toMatchObject({
      rule: 'in-order',
      by: 'order',
      explored: false,
      candidates: [{ gateway: 'first' }, { gateway: 'second' }],
      refused: [],
    })
    expect(route.text).toContain("rule 'in-order'")
    expect(await rows(w.inner, 'payments')).toEqual([])
    expect(w.acquirers.map((acquirer) => acquirer.books().charges)).toEqual([[], []])
  })

  test('scores where no rule matches, and names every reason against a gateway', async () => {
    const rules = [{ id: 'big', match: { amount: { EUR: { min: '1000.00' } } }, only: ['second'] }] as const
    const w = await failoverWorld({ options: { routing: { rules } } })
    const scored = await w.run(w.florin.routing.explain(preview))
    expect(scored).toMatchObject({ rule: null, by: 'score' })
    expect(scored.candidates.map(({ score }) => typeof score?.total)).toEqual(['number', 'number'])
    const big = await w.run(w.florin.routing.explain({ ...preview, amount: '1000.00' }))
    expect(big).toMatchObject({
      candidates: [{ gateway: 'second' }],
      refused: [{ gateway: 'first', code: 'rule' }],
    })
    const tokenless = { ...preview, method: { type: 'card', tokens: { second: 'tok_approve' } } } as const
    expect(await w.run(w.florin.routing.explain(tokenless))).toMatchObject({
      refused: [{ gateway: 'first', code: 'no_token' }],
    })
  })

  test('a payment that nobody can take has no candidates, which is no error', async () => {
    const w = await failoverWorld()
    expect(await w.run(w.florin.routing.explain({ ...preview, currency: 'XAF', amount: '100' }))).toMatchObject({
      candidates: [],
      refused: [{ code: 'currency' }, { code: 'currency' }],
    })
  })

  test("rules of a country, a network and a BIN are met by the buyer's country and by what is kept of a stored card", async () => {
    const rules = [
      { id: 'visa', match: { network: 'visa', bin: '424242' }, use: ['second'] },
      { id: 'france', match: { country: 'FR' }, use: ['second', 'first'] },
    ] as const
    const w = await failoverWorld({ options: { routing: { rules } } })
    const french = await w.run(w.florin.routing.explain({ ...preview, buyer: { country: 'FR' } }))
    expect(french.rule).toBe('france')
    const customer = await w.run(w.florin.customers.create({}))
    const instrument = { network: 'visa', bin: '424242', last4: '4242' }
    const kept = await w.run(w.florin.paymentMethods.attach(customer.id, { method: cards(), instrument }))
    const method = { paymentMethod: kept.id }
    expect(await w.run(w.florin.routing.explain({ ...preview, method }))).toMatchObject({ rule: 'visa' })
    const payment = await w.pay({ method })
    expect(payment).toMatchObject({ gateway: 'second', method: { network: 'visa', last4: '4242' } })
    await w.end()
  })
})

const routesIn = ({ attempts }: TimelineView) =>
  attempts.filter(({ route }) => route !== undefined).map(({ gateway, because, route }) => [gateway, because, route])

describe('the timeline', () => {
  test('says of every charge why it went where it did, and in whose place', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const payment = await w.pay()
    const timeline = await w.run(w.florin.payments.timeline(payment.id))
    expect(routesIn(timeline)).toMatchObject([
      ['first', undefined, { rule: 'in-order', candidates: [{ gateway: 'first' }, { gateway: 'second' }] }],
      ['second', 'unknown', { candidates: [{ gateway: 'second' }], refused: [{ gateway: 'first', code: 'tried' }] }],
    ])
    expect(timeline.attempts[1]?.after).toBe(timeline.attempts[0]?.id)
    expect(timeline.attempts.map(({ kind }) => kind)).toEqual(['authorize', 'authorize', 'capture'])
    expect(timeline.attempts[1]?.route?.text).toContain('not first: was tried already')
    await w.end()
  })
})
