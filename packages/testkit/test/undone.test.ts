import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { card, type World, type WorldOptions, world } from './world.ts'

const FEE = { options: { merchants: { mer_default: { fee: { basisPoints: 290, fixed: { EUR: '0.25' } } } } } } as const

const open = (more: WorldOptions = {}): Promise<World> => world({ webhooks: true, ...more })

const attemptsOf = async (w: World, kind: string) =>
  (await rows<AttemptCells>(w.inner, 'attempts')).filter((one) => one.kind === kind)

const only = async (w: World, kind: string): Promise<AttemptCells> => {
  const [one, other] = await attemptsOf(w, kind)
  if (one === undefined || other !== undefined) throw new Error(`there is not exactly one ${kind}`)
  return one
}

const eventsOf = async (w: World, id: string): Promise<readonly string[]> =>
  (await w.run(w.florin.payments.timeline(id))).entries.map((entry) => entry.type)

const balance = async (w: World, account: string): Promise<string | undefined> =>
  (await w.run(w.florin.ledger.balances())).data.find((one) => one.account === account)?.posted

describe('a capture that fails after it had succeeded', () => {
  test('gives money and fee back, holds again what it took, and asks for a person', async () => {
    const w = await open(FEE)
    const { id } = await w.pay()
    await w.advance(10)
    expect(await balance(w, 'platform/fees/EUR')).toBe('3.15')
    w.acquirer.dashboard.failCapture((await only(w, 'capture')).id)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({
      status: 'authorized',
      captured: '0.00',
      capturable: '100.00',
      needsReview: true,
    })
    expect(await balance(w, 'platform/fees/EUR')).toBe('0.00')
    expect(await balance(w, 'merchant/pending/EUR')).toBe('0.00')
    expect((await eventsOf(w, id)).at(-1)).toBe('payment.capture_undone')
    await recover(w)
    await audit(w)
  })

  test('is booked again when it is captured anew, with its fee once', async () => {
    const w = await open(FEE)
    const { id } = await w.pay()
    const capture = await only(w, 'capture')
    for (let round = 0; round < 2; round++) {
      await w.advance(10)
      w.acquirer.dashboard.failCapture(capture.id)
      await w.advance(10)
      w.acquirer.dashboard.recapture(capture.id)
      await w.advance(10)
    }
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00', capturable: '0.00' })
    expect(await balance(w, 'platform/fees/EUR')).toBe('3.15')
    await recover(w)
    await audit(w)
  })

  test('leaves the rest released, and what comes back can be captured, in parts, and canceled', async () => {
    for (const then of ['capture', 'part', 'cancel'] as const) {
      const w = await open()
      const { id } = await w.pay({ capture: 'manual' })
      await w.run(w.florin.payments.capture(id, { amount: '40.00' }))
      await w.advance(10)
      w.acquirer.dashboard.failCapture((await only(w, 'capture')).id)
      await w.advance(10)
      expect(await w.get(id)).toMatchObject({ status: 'authorized', captured: '0.00', capturable: '40.00' })
      if (then === 'cancel') await w.run(w.florin.payments.cancel(id))
      else await w.run(w.florin.payments.capture(id, then === 'part' ? { amount: '15.00' } : {}))
      await w.advance(10)
      expect(await w.get(id)).toMatchObject(
        then === 'cancel'
          ? { status: 'canceled', captured: '0.00', capturable: '0.00' }
          : { status: 'succeeded', captured: then === 'part' ? '15.00' : '40.00', capturable: '0.00' },
      )
      await recover(w)
      await audit(w)
    }
  })

  test('of a canceled authorisation holds nothing again', async () => {
    const w = await open()
    const { id } = await w.pay({ capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '40.00', final: false }))
    await w.run(w.florin.payments.cancel(id))
    await w.advance(10)
    w.acquirer.dashboard.failCapture((await only(w, 'capture')).id)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({
      status: 'canceled',
      captured: '0.00',
      capturable: '0.00',
      needsReview: true,
    })
    w.acquirer.dashboard.recapture((await only(w, 'capture')).id)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '40.00', capturable: '0.00' })
    await recover(w)
    await audit(w)
  })

  test('of a checkout goes back to each seller as it came, and is shared anew', async () => {
    const w = await open()
    const orders = [
      { reference: 'a', seller: 'ann', amount: '33.33' },
      { reference: 'b', seller: 'bob', amount: '66.67' },
    ]
    const { id } = await w.pay({ orders, capture: 'manual' })
    await w.run(w.florin.payments.capture(id, { amount: '50.01' }))
    await w.advance(10)
    const capture = await only(w, 'capture')
    w.acquirer.dashboard.failCapture(capture.id)
    await w.advance(10)
    expect((await w.get(id)).orders?.map((one) => one.captured)).toEqual(['0.00', '0.00'])
    expect(await balance(w, 'seller/ann/pending/EUR')).toBe('0.00')
    // Only the second order is taken now, of which less is held than it asks for.
    const [, second] = (await w.get(id)).orders ?? []
    await w.run(w.florin.payments.capture(id, { amount: '40.00', orders: [{ id: second?.id ?? '', amount: '40.00' }] }))
    await w.advance(10)
    expect((await w.get(id)).orders?.map((one) => one.captured)).toEqual(['0.00', '40.00'])
    await recover(w)
    await audit(w)
  })

  test('is found by looking, when the report of the second capture is lost', async () => {
    const w = await world()
    const stop = w.acquirer.onWebhook(
      async (delivery) => void (await w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery })),
    )
    const { id } = await w.pay()
    await w.advance(10)
    const capture = await only(w, 'capture')
    w.acquirer.dashboard.failCapture(capture.id)
    await w.advance(10)
    stop()
    w.acquirer.dashboard.recapture(capture.id)
    await w.advance(3_000)
    await w.tick()
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    await recover(w)
    await audit(w)
  })
})

describe('a refund that bounces', () => {
  test('is the merchant’s money again, may be refunded anew, and succeeds after all when it is paid', async () => {
    const w = await open()
    const { id } = await w.pay()
    await w.run(w.florin.payments.refund(id, { amount: '30.00' }))
    await w.advance(10)
    const refund = await only(w, 'refund')
    w.acquirer.dashboard.failRefund(refund.id)
    await w.advance(10)
    const bounced = await w.get(id)
    expect(bounced).toMatchObject({ refunded: '0.00', refundable: '100.00', needsReview: true })
    expect(bounced.refunds).toMatchObject([{ status: 'failed', amount: '30.00' }])
    expect(await balance(w, 'merchant/pending/EUR')).toBe('100.00')
    expect((await eventsOf(w, id)).at(-1)).toBe('payment.refund_undone')
    w.acquirer.dashboard.repayRefund(refund.id)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ refunded: '30.00', refundable: '70.00' })
    expect((await w.get(id)).refunds).toMatchObject([{ status: 'succeeded' }])
    await recover(w)
    await audit(w)
  })
})

describe('a sale that is returned', () => {
  const sale = { method: { type: 'redirect', token: 'tok_approve' } } as const

  test('leaves no money and reads as declined; canceling it gives the reference free', async () => {
    const w = await open(FEE)
    const { id } = await w.pay({ ...sale, reference: 'returned' })
    await w.advance(10)
    w.acquirer.dashboard.returnSale((await only(w, 'sale')).id)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({
      status: 'declined',
      authorized: '0.00',
      captured: '0.00',
      needsReview: true,
    })
    expect((await w.get(id)).decline).toMatchObject({ code: 'debit_returned' })
    expect(await balance(w, 'platform/fees/EUR')).toBe('0.00')
    expect(await w.refusal(w.florin.payments.retry(id, { method: card() }))).toMatchObject({ code: 'invalid_state' })
    await w.run(w.florin.payments.cancel(id))
    expect((await w.get(id)).status).toBe('canceled')
    await recover(w)
    await audit(w)
    const again = { ...sale, reference: 'returned' }
    expect((await w.pay(again, { idempotencyKey: 'a new one' })).status).toBe('succeeded')
    await audit(w)
  })

  test('succeeds again when it is presented again', async () => {
    const w = await open(FEE)
    const { id } = await w.pay(sale)
    await w.advance(10)
    const { id: charge } = await only(w, 'sale')
    w.acquirer.dashboard.returnSale(charge)
    await w.advance(10)
    w.acquirer.dashboard.representSale(charge)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', captured: '100.00' })
    expect(await balance(w, 'platform/fees/EUR')).toBe('3.15')
    await recover(w)
    await audit(w)
  })

  test('is given back when it is presented again after its payment was canceled', async () => {
    const w = await open()
    const { id } = await w.pay(sale)
    await w.advance(10)
    const { id: charge } = await only(w, 'sale')
    w.acquirer.dashboard.returnSale(charge)
    await w.advance(10)
    await w.run(w.florin.payments.cancel(id))
    w.acquirer.dashboard.representSale(charge)
    await w.advance(10)
    await recover(w)
    expect(await w.get(id)).toMatchObject({ status: 'canceled' })
    expect(w.acquirer.books().charges[0]).toMatchObject({ captured: 10_000n, refunded: 10_000n })
    await auditAlways(w)
    expect(await balance(w, 'suspense/EUR')).toBe('0.00')
  })
})
