import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { card, type World, type WorldOptions, world } from './world.ts'

const open = (more: WorldOptions = {}): Promise<World> => world({ webhooks: true, ...more })

const charge = (w: World, index = 0): string => w.acquirer.books().charges[index]?.id ?? ''

const externals = async (w: World) =>
  (await rows<AttemptCells>(w.inner, 'attempts')).filter((one) => one.origin === 'external')

const newest = async (w: World, id: string) => (await w.run(w.florin.payments.timeline(id))).entries.at(-1)

describe('done in the gateway’s dashboard', () => {
  test('a refund is booked as one that nobody here ordered', async () => {
    const w = await open()
    const { id } = await w.pay()
    await w.advance(10)
    w.acquirer.dashboard.refund(charge(w), 2_500n)
    await w.advance(10)
    const view = await w.get(id)
    expect(view).toMatchObject({ status: 'succeeded', refunded: '25.00', refundable: '75.00', needsReview: false })
    expect(view.refunds).toMatchObject([{ status: 'succeeded', amount: '25.00' }])
    expect(await externals(w)).toMatchObject([{ kind: 'refund', state: 'applied', amount: 2_500n }])
    expect(await newest(w, id)).toMatchObject({
      type: 'payment.refunded',
      data: { origin: 'external', refunded: '25.00' },
    })
    expect((await w.refusal(w.florin.payments.refund(id, { amount: '75.01' }))).code).toBe('amount_too_large')
    await w.run(w.florin.payments.refund(id))
    await recover(w)
    await audit(w)
  })

  test('a capture counts as one, and what is left of the hold stays until it is captured or canceled', async () => {
    for (const then of ['capture', 'cancel'] as const) {
      const w = await open()
      const { id } = await w.pay({ capture: 'manual' })
      await w.advance(10)
      w.acquirer.dashboard.capture(charge(w), 3_000n)
      await w.advance(10)
      expect(await w.get(id)).toMatchObject({ status: 'authorized', captured: '30.00', capturable: '70.00' })
      if (then === 'capture') await w.run(w.florin.payments.capture(id, { amount: '50.00' }))
      else await w.run(w.florin.payments.cancel(id))
      const captured = then === 'capture' ? '80.00' : '30.00'
      expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured, capturable: '0.00', needsReview: false })
      await recover(w)
      await audit(w)
    }
  })

  test('a capture of everything leaves nothing to capture', async () => {
    const w = await open()
    const { id } = await w.pay({ capture: 'manual' })
    await w.advance(10)
    w.acquirer.dashboard.capture(charge(w), 10_000n)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00', capturable: '0.00' })
    expect((await w.refusal(w.florin.payments.capture(id))).code).toBe('invalid_state')
    await recover(w)
    await audit(w)
  })

  test('a cancel releases the authorisation, and closes the payment', async () => {
    const w = await open()
    const { id } = await w.pay({ capture: 'manual' })
    await w.advance(10)
    w.acquirer.dashboard.cancel(charge(w))
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ status: 'canceled', capturable: '0.00' })
    expect(await newest(w, id)).toMatchObject({ type: 'payment.canceled', data: { origin: 'external' } })
    await recover(w)
    await audit(w)
  })

  test('a cancel of a charge that waits for the buyer closes the payment', async () => {
    const w = await open()
    const { id } = await w.pay({ method: card('tok_3ds'), returnUrl: 'https://shop.example/back' })
    w.acquirer.dashboard.cancel(charge(w))
    await w.advance(10)
    expect((await w.get(id)).status).toBe('canceled')
    await recover(w)
    await audit(w)
  })

  test('each seller of a checkout bears their part of a refund, and no order gives back more than it took', async () => {
    const w = await open()
    const orders = [
      { reference: 'a', seller: 'ann', amount: '33.33' },
      { reference: 'b', seller: 'bob', amount: '66.67' },
    ]
    const { id, orders: made } = await w.pay({ orders })
    await w.advance(10)
    const named = [{ id: made?.[0]?.id ?? '', amount: '30.00' }]
    await w.run(w.florin.payments.refund(id, { amount: '30.00', orders: named }))
    w.acquirer.dashboard.refund(charge(w), 7_000n)
    await w.advance(10)
    expect((await w.get(id)).orders?.map((one) => one.refunded)).toEqual(['33.33', '66.67'])
    await recover(w)
    await audit(w)
  })

  test('a refund of an order that was put aside is the proof that nothing is kept', async () => {
    const w = await open({ options: { merchants: { mer_default: { refundLateSuccess: true } } } })
    const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
    await w.run(w.florin.payments.retry(id, { method: card() }))
    w.acquirer.fail({ how: 'drop_before', when: { operation: 'refund' }, times: Number.POSITIVE_INFINITY })
    w.acquirer.settlePending(charge(w), 'approve')
    await w.advance(10)
    await w.tick()
    w.acquirer.dashboard.refund(charge(w), 4_000n)
    await w.advance(10)
    w.acquirer.clearFaults()
    await recover(w)
    await auditAlways(w)
    expect(w.acquirer.books().charges[0]).toMatchObject({ captured: 10_000n, refunded: 10_000n })
    expect(await rows<{ proof: string }>(w.inner, 'obligations')).toMatchObject([{ proof: 'refunded' }])
  })
})

describe('nothing is booked twice', () => {
  test('a report without our reference waits while an order of ours has no id at the gateway yet', async () => {
    const w = await open({
      gateway: (inner) => ({
        ...inner,
        parse: (body, account) => inner.parse(body, account).map((fact) => ({ ...fact, attempt: null })),
      }),
    })
    const { id } = await w.pay()
    await w.advance(10)
    w.acquirer.fail({ how: 'slow', ms: 5_000, when: { operation: 'refund' } })
    const refunding = w.florin.payments.refund(id, { amount: '10.00' })
    await w.advance(1_000) // the report is there, the answer is not
    expect(await w.get(id)).toMatchObject({ refunded: '0.00' })
    await w.run(refunding)
    await recover(w)
    expect(await w.get(id)).toMatchObject({ refunded: '10.00' })
    expect(await externals(w)).toEqual([])
    await audit(w)
  })

  test('one of our own and one of somebody else’s, of the same amount at the same time, are two', async () => {
    const w = await open()
    const { id } = await w.pay()
    await w.advance(10)
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'refund' } })
    await w.run(w.florin.payments.refund(id, { amount: '10.00' }))
    w.acquirer.dashboard.refund(charge(w), 1_000n)
    await recover(w)
    expect(await w.get(id)).toMatchObject({ refunded: '20.00' })
    expect(await externals(w)).toHaveLength(1)
    await audit(w)
  })

  test('two processes that take the same news at once book it once', async () => {
    const w = await world()
    const { id } = await w.pay()
    const other = await w.another()
    w.acquirer.onWebhook(async (delivery) => {
      const again = { ...delivery, body: Buffer.from(delivery.body) }
      await Promise.all([w.florin, other].map((one) => one.webhooks.receive({ gateway: 'sandbox', ...again })))
    })
    w.acquirer.onWebhook(async (delivery) => void (await other.webhooks.receive({ gateway: 'sandbox', ...delivery })))
    w.acquirer.dashboard.refund(charge(w), 1_000n)
    w.acquirer.dashboard.refund(charge(w), 1_000n)
    await w.advance(1_000)
    expect(await w.get(id)).toMatchObject({ refunded: '20.00' })
    expect(await externals(w)).toHaveLength(2)
    await recover(w)
    await audit(w)
  })
})
