import { describe, expect, test } from 'vitest'
import { audit } from './audit.ts'
import { card, order, type World, world } from './world.ts'

const two = async () => {
  const w = await world()
  const [ours, theirs] = [w.florin.for('mer_ours'), w.florin.for('mer_theirs')]
  const created = await w.run(
    ours.payments.create(order({ reference: 'shared', capture: 'manual' }), { idempotencyKey: 'shared' }),
  )
  return { w, ours, theirs, id: created.id }
}

type Two = Awaited<ReturnType<typeof two>>

describe('one merchant can neither read nor touch what is another’s', () => {
  test.each<[string, (t: Two) => Promise<unknown>]>([
    ['get', ({ theirs, id }) => theirs.payments.get(id)],
    ['timeline', ({ theirs, id }) => theirs.payments.timeline(id)],
    ['capture', ({ theirs, id }) => theirs.payments.capture(id)],
    ['cancel', ({ theirs, id }) => theirs.payments.cancel(id)],
    ['refund', ({ theirs, id }) => theirs.payments.refund(id)],
    ['increment', ({ theirs, id }) => theirs.payments.increment(id, { amount: '200.00' })],
    ['retry', ({ theirs, id }) => theirs.payments.retry(id, { method: card() })],
    ['resume', ({ theirs, id }) => theirs.payments.resume(id)],
  ])('%s of a payment', async (_, act) => {
    const all = await two()
    const { w, ours, id } = all
    const before = await w.run(ours.payments.get(id))
    const refused = await w.refusal(act(all))
    expect(refused).toMatchObject({ code: 'not_found' })
    expect(refused.message).toBe(`there is no payment '${id}'`) // as for one that nobody has
    expect(await w.run(ours.payments.get(id))).toEqual(before)
    await audit(w)
  })

  test('nor a checkout, nor the orders of one', async () => {
    const { w, ours, theirs } = await two()
    const orders = [{ reference: 'o-1', seller: 'ann', amount: '100.00' }]
    const mine = await w.run(ours.payments.create(order({ orders })))
    expect(await w.refusal(theirs.payments.get(mine.checkout ?? ''))).toMatchObject({ code: 'not_found' })
    expect((await w.run(theirs.payments.create(order({ orders })))).status).toBe('succeeded') // their own order o-1
    await audit(w)
  })

  test('lists, balances and holds are each one’s own', async () => {
    const { w, ours, theirs, id } = await two()
    expect((await w.run(ours.payments.list())).data).toHaveLength(1)
    expect((await w.run(theirs.payments.list())).data).toEqual([])
    expect((await w.run(theirs.payments.list({ reference: 'shared' }))).data).toEqual([])
    expect((await w.run(theirs.ledger.balances())).data).toEqual([])
    expect(await w.run(theirs.ledger.holds(id))).toEqual([])
    expect(await w.run(ours.ledger.holds(id))).toHaveLength(1)
  })

  test('a page token of one is worth nothing to another', async () => {
    const { w, ours, theirs } = await two()
    await w.run(ours.payments.create(order()))
    const page = await w.run(ours.payments.list({ limit: 1 }))
    const stolen = await w.run(theirs.payments.list({ after: page.next ?? '' }).catch((error: Error) => error))
    expect(stolen instanceof Error ? [] : stolen.data).toEqual([])
  })

  test('references and keys are each one’s own', async () => {
    const { w, ours, theirs, id } = await two()
    const input = order({ reference: 'shared', amount: '7.00' })
    const payment = await w.run(theirs.payments.create(input, { idempotencyKey: 'shared' }))
    expect(payment.id).not.toBe(id)
    expect((await w.run(ours.payments.get(id))).amount).toBe('100.00')
    await audit(w)
  })

  test('customers and their methods', async () => {
    const { w, ours, theirs } = await two()
    const customer = await w.run(ours.customers.create({ email: 'ada@shop.test' }))
    const method = { type: 'card', token: 'tok_approve' } as const
    const stored = await w.run(ours.paymentMethods.attach(customer.id, { method }))
    expect(await w.run(theirs.customers.findByEmail('ada@shop.test'))).toEqual([])
    for (const call of [
      () => theirs.customers.get(customer.id),
      () => theirs.customers.update(customer.id, { name: 'Eve' }),
      () => theirs.paymentMethods.list(customer.id),
      () => theirs.paymentMethods.attach(customer.id, { method }),
      () => theirs.paymentMethods.detach(stored.id),
      () => theirs.payments.create(order({ method: { paymentMethod: stored.id } })),
      () => theirs.payments.create(order({ customer: customer.id })),
    ]) {
      expect(await w.refusal(call())).toMatchObject({ code: 'not_found' })
    }
    expect((await w.run(ours.payments.create(order({ method: { paymentMethod: stored.id } })))).customer).toBe(
      customer.id,
    )
  })
})

test('a merchant that is not configured does not exist', async () => {
  const w: World = await world({ options: { merchants: { mer_default: {} } } })
  expect(() => w.florin.for('mer_stranger')).toThrow(expect.objectContaining({ code: 'not_found' }))
  expect(() => w.florin.for('stranger')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  expect(() => w.florin.for('__proto__')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
