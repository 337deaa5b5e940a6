import { isFlorinError } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { cards, type FailoverWorld, failoverWorld, order } from './failover-world.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A card that is kept for a customer, with a token at each gateway. */
const keepCard = async (w: FailoverWorld, network: string, token: string) => {
  const customer = await w.run(w.florin.customers.create({}))
  const instrument = { network, last4: '0002' }
  const kept = await w.run(w.florin.paymentMethods.attach(customer.id, { method: cards(token, token), instrument }))
  return { paymentMethod: kept.id }
}

/** Every try that a gateway saw, by the hour since the start. */
const triesOf = (w: FailoverWorld): number => w.acquirers.reduce((sum, one) => sum + one.books().charges.length, 0)

describe('the schemes count the tries of a stored card, over all payments and gateways', () => {
  test('a host that charges a declined Mastercard every two hours for 30 days stays within its limits', async () => {
    const w = await failoverWorld()
    const method = await keepCard(w, 'mastercard', 'tok_insufficient_funds')
    const tries: number[] = []
    const refusals = new Set<string>()
    for (let at = 0; at < 30 * DAY_MS; at += 2 * HOUR_MS) {
      const before = triesOf(w)
      const gateway = tries.length % 2 === 0 ? 'first' : 'second'
      const made = await w.run(w.florin.payments.create(order({ method, gateway })).catch((error: unknown) => error))
      if (isFlorinError(made)) refusals.add(`${made.code}: ${made.message}`)
      for (let i = before; i < triesOf(w); i++) tries.push(at)
      await w.advance(2 * HOUR_MS)
    }
    const most = (withinMs: number): number =>
      Math.max(...tries.map((from) => tries.filter((at) => at >= from && at < from + withinMs).length))
    expect(most(DAY_MS)).toBe(10)
    expect(most(30 * DAY_MS)).toBe(35)
    expect([...refusals].join('\n')).toContain('Mastercard allows 10 declined tries of one amount in 24 hours')
  })

  test('a failover is a try as well: it counts, and it is refused where one more is too many', async () => {
    const w = await failoverWorld()
    const method = await keepCard(w, 'mastercard', 'tok_do_not_honor')
    for (let i = 0; i < 4; i++) await w.pay({ method }) // two tries each
    await w.pay({ method, gateway: 'first' })
    expect(triesOf(w)).toBe(9)
    const last = await w.pay({ method })
    expect(last).toMatchObject({ status: 'declined', gateway: 'first' })
    const { entries } = await w.run(w.florin.payments.timeline(last.id))
    expect(entries.at(-1)).toMatchObject({ data: { stays: 'scheme_limit' } })
    expect(triesOf(w)).toBe(10)
    const refused = await w.run(w.florin.payments.retry(last.id, { method }).catch((error: unknown) => error))
    expect(isFlorinError(refused, 'unsupported')).toBe(true)
    const route = await w.run(w.florin.routing.explain({ amount: '100.00', currency: 'EUR', method }))
    expect(route).toMatchObject({ candidates: [], refused: [{ code: 'scheme_cap' }, { code: 'scheme_cap' }] })
    await w.end()
  })

  test('another card, and another amount of a Mastercard, are counted apart; approvals are no declines', async () => {
    const w = await failoverWorld()
    const bad = await keepCard(w, 'mastercard', 'tok_insufficient_funds')
    const good = await keepCard(w, 'visa', 'tok_approve')
    for (let i = 0; i < 10; i++) await w.pay({ method: bad })
    expect((await w.pay({ method: bad, amount: '99.00' })).status).toBe('declined')
    for (let i = 0; i < 20; i++) expect((await w.pay({ method: good })).status).toBe('succeeded')
    await w.end()
  })

  test('the same call again gets the answer that it got, though the card may not be tried any more', async () => {
    const w = await failoverWorld()
    const method = await keepCard(w, 'mastercard', 'tok_insufficient_funds')
    const input = order({ method })
    const create = () => w.run(w.florin.payments.create(input, { idempotencyKey: 'again' }))
    const first = await create()
    for (let i = 0; i < 9; i++) await w.pay({ method })
    expect(await create()).toEqual(first)
    expect(triesOf(w)).toBe(10)
  })

  test('one merchant does not hear of the tries of another', async () => {
    const w = await failoverWorld()
    const method = await keepCard(w, 'mastercard', 'tok_insufficient_funds')
    for (let i = 0; i < 10; i++) await w.pay({ method })
    const foreign = await w.run(
      w.florin
        .for('mer_other')
        .payments.create(order({ method }))
        .catch((error) => error),
    )
    expect(isFlorinError(foreign, 'not_found')).toBe(true)
  })
})
