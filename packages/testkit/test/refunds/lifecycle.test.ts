import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from '../audit.ts'
import { approve, DAY_MS, deny, refundIn, requested, strict } from './setting.ts'

/*
 * Where it can break, and the test that says what is right:
 * - the amount is refunded a second time while a request waits            lifecycle: 'sets its amount aside'
 * - approved twice, by two people, on two servers                         races: 'two servers'
 * - approved and denied at once; approved and expired at once             races
 * - a crash before, between and after the commits of each verb            crash
 * - the caller's answer is lost, and it asks again under its key          lifecycle: 'a replay'
 * - the payment is refunded in the dashboard meanwhile                    meanwhile
 * - another command's outcome is unknown when it is approved              meanwhile
 * - the gateway refuses, or does not answer, what was approved            lifecycle: 'that fails', meanwhile
 * - the acquirer takes it back after success, or pays after failure       undone.test.ts, and lifecycle: 'bounces'
 */

describe('a refund that needs approval', () => {
  test('is requested, and sets its amount aside', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    expect(await w.get(id)).toMatchObject({
      ...{ status: 'succeeded', refunded: '0.00', refundable: '40.00', refundState: 'pending' },
      refunds: [{ id: refund, status: 'requested', amount: '60.00' }],
    })
    expect(w.acquirer.books().currencies.EUR).toMatchObject({ refunded: 0n })
    expect(await w.refusal(w.florin.payments.refund(id, { amount: '40.01' }))).toMatchObject({
      code: 'amount_too_large',
    })
    expect(await w.run(w.florin.refunds.get(refund))).toMatchObject({
      ...{ object: 'refund', id: refund, payment: id, status: 'requested', amount: '60.00', currency: 'EUR' },
      ...{ reason: 'came back broken', because: ['approval_above'] },
      expiresAt: expect.stringMatching(/^20/),
    })
    await audit(w)
  })

  test('goes to the gateway once it is approved, and says who did and why', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    const approved = await approve(w, refund)
    expect(approved).toMatchObject({
      status: 'succeeded',
      decision: { outcome: 'approved', by: 'op_ann', reason: 'photo seen' },
      attempt: expect.stringMatching(/^att_/),
    })
    expect(approved.expiresAt).toBeUndefined()
    expect(await w.get(id)).toMatchObject({ refunded: '60.00', refundable: '40.00' })
    expect(w.acquirer.books().currencies.EUR).toMatchObject({ refunded: 6_000n })
    const told = (await w.run(w.florin.payments.timeline(id))).entries.filter(({ type }) => /refund/.test(type))
    expect(told).toMatchObject([
      { type: 'payment.refund_requested', data: { refund, awaits: 'approval', because: ['approval_above'] } },
      { type: 'payment.refund_approved', data: { refund, by: 'op_ann', reason: 'photo seen' } },
      { type: 'payment.refunded', data: { refund, refunded: '60.00' } },
    ])
    expect(JSON.stringify((await w.run(w.florin.events.read({ partition: 0, position: 0 }))).events)).not.toMatch(
      /photo seen|came back broken/,
    )
    await recover(w)
    await audit(w)
  })

  test('is not paid once it is denied, and may be asked for again', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    const denied = await deny(w, refund)
    expect(denied).toMatchObject({
      status: 'denied',
      decision: { outcome: 'denied', by: 'op_bob', reason: 'was worn' },
    })
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', refundable: '100.00', refundState: 'none' })
    const again = await w.run(w.florin.payments.refund(id))
    await approve(w, refundIn(again))
    expect(await w.get(id)).toMatchObject({
      refunded: '100.00',
      refunds: [{ status: 'denied' }, { status: 'succeeded' }],
    })
    const { entries } = await w.run(w.florin.payments.timeline(id))
    expect(entries.find(({ type }) => type === 'payment.refund_denied')).toMatchObject({
      data: { by: 'op_bob', reason: 'was worn', amount: '60.00' },
    })
    await audit(w)
  })

  test('expires where nobody decides, by a job', async () => {
    const w = await strict({ requestDays: 3 })
    const { id, refund } = await requested(w)
    await w.advance(3 * DAY_MS - 60_000)
    await w.tick()
    expect((await w.run(w.florin.refunds.get(refund))).status).toBe('requested')
    await w.advance(120_000)
    await w.tick()
    expect(await w.run(w.florin.refunds.get(refund))).toMatchObject({ status: 'expired' })
    expect(await w.get(id)).toMatchObject({ refundable: '100.00', refundState: 'none' })
    expect(await w.refusal(w.florin.refunds.approve(refund, { by: 'op_ann' }))).toMatchObject({ code: 'invalid_state' })
    expect((await w.run(w.florin.payments.timeline(id))).entries.at(-1)).toMatchObject({
      type: 'payment.refund_expired',
      data: { refund },
    })
    await audit(w)
  })

  test('approved again, or denied again, is as it is; the other way round is refused', async () => {
    const w = await strict()
    const one = await requested(w)
    const first = await approve(w, one.refund)
    expect(await w.run(w.florin.refunds.approve(one.refund, { by: 'op_cid' }))).toEqual(first)
    expect((await w.refusal(w.florin.refunds.deny(one.refund, { by: 'op_cid' }))).message).toContain('was paid')
    const other = await requested(w)
    const denied = await deny(w, other.refund)
    expect(await w.run(w.florin.refunds.deny(other.refund, { by: 'op_cid' }))).toEqual(denied)
    const refused = await w.refusal(w.florin.refunds.approve(other.refund, { by: 'op_cid' }))
    expect(refused).toMatchObject({ code: 'invalid_state', details: { refund: other.refund, status: 'denied' } })
    expect(w.acquirer.books().currencies.EUR).toMatchObject({ refunded: 6_000n })
    await audit(w)
  })

  test('that fails once approved is failed, and its amount is free again', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    w.acquirer.pause()
    expect(await approve(w, refund)).toMatchObject({ status: 'failed', decision: { outcome: 'approved' } })
    w.acquirer.resume()
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', refundable: '100.00' })
    await recover(w)
    await audit(w)
  })

  test('that bounces, and is paid after all, keeps what was decided', async () => {
    const w = await strict({}, { webhooks: true })
    const { id, refund } = await requested(w)
    const { attempt = '' } = await approve(w, refund)
    await w.advance(10)
    w.acquirer.dashboard.failRefund(attempt)
    await w.advance(10)
    expect(await w.run(w.florin.refunds.get(refund))).toMatchObject({
      status: 'failed',
      decision: { outcome: 'approved', by: 'op_ann' },
    })
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', needsReview: true })
    await w.advance(10)
    w.acquirer.dashboard.repayRefund(attempt)
    await w.advance(10)
    expect(await w.run(w.florin.refunds.get(refund))).toMatchObject({ status: 'succeeded' })
    expect(await w.get(id)).toMatchObject({ refunded: '60.00' })
    await recover(w)
    await audit(w)
  })

  test('a replay shows how it stands, and what came of it once that is known', async () => {
    const w = await strict()
    const { id } = await w.pay()
    const ask = () => w.run(w.florin.payments.refund(id, { amount: '60.00' }, { idempotencyKey: 'r-1' }))
    const first = await ask()
    expect(first.refunds).toMatchObject([{ status: 'requested' }])
    expect(await ask()).toEqual(first)
    await approve(w, refundIn(first))
    const after = await ask()
    expect(after).toMatchObject({ refunded: '60.00', refunds: [{ status: 'succeeded' }] })
    await w.run(w.florin.payments.refund(id, { amount: '10.00' }))
    expect(await ask()).toEqual(after) // frozen
    const other = w.florin.payments.refund(id, { amount: '61.00' }, { idempotencyKey: 'r-1' })
    expect(await w.refusal(other)).toMatchObject({ code: 'idempotency_mismatch' })
    await audit(w)
  })

  test('denied, the answer under its key is frozen', async () => {
    const w = await strict()
    const { id } = await w.pay()
    const ask = () => w.run(w.florin.payments.refund(id, { amount: '60.00' }, { idempotencyKey: 'r-1' }))
    await deny(w, refundIn(await ask()))
    const after = await ask()
    expect(after.refunds).toMatchObject([{ status: 'denied' }])
    await w.run(w.florin.payments.refund(id, { amount: '10.00' }))
    expect(await ask()).toEqual(after)
    await audit(w)
  })

  test('of a checkout keeps to the orders that it named', async () => {
    const w = await strict()
    const orders = [
      { reference: 'a', seller: 'ann', amount: '60.00' },
      { reference: 'b', seller: 'bob', amount: '40.00' },
    ]
    const { id, orders: made = [] } = await w.pay({ orders })
    const [ann, bob] = made.map((one) => one.id)
    const named = [{ id: ann ?? '', amount: '50.00' }]
    const asked = await w.run(w.florin.payments.refund(id, { amount: '50.00', orders: named }))
    await auditAlways(w)
    const more = w.florin.payments.refund(id, { amount: '11.00', orders: [{ id: ann ?? '', amount: '11.00' }] })
    expect(await w.refusal(more)).toMatchObject({ code: 'amount_too_large' })
    await approve(w, refundIn(asked))
    const both = await w.run(
      w.florin.payments.refund(id, { amount: '40.00', orders: [{ id: bob ?? '', amount: '40.00' }] }),
    )
    await deny(w, refundIn(both))
    const after = await w.get(id)
    expect(after.orders).toMatchObject([{ refunded: '50.00' }, { refunded: '0.00' }])
    const { data } = await w.run(w.florin.ledger.balances({ under: 'seller' }))
    expect(data.map((one) => [one.account, one.posted])).toEqual([
      ['seller/ann/pending/EUR', '10.00'],
      ['seller/bob/pending/EUR', '40.00'],
    ])
    await audit(w)
  })
})

describe('the list', () => {
  test('is of one merchant, newest first, and of requests oldest first, page by page', async () => {
    const w = await strict()
    const waiting = [await requested(w), await requested(w), await requested(w)]
    const { id } = await w.pay()
    await w.run(w.florin.payments.refund(id, { amount: '5.00' }))
    const all = await w.run(w.florin.refunds.list())
    expect(all.data.map((one) => one.status)).toEqual(['succeeded', 'requested', 'requested', 'requested'])
    const page = await w.run(w.florin.refunds.list({ status: 'requested', limit: 2 }))
    expect(page.data.map((one) => one.id)).toEqual(waiting.slice(0, 2).map((one) => one.refund))
    const rest = await w.run(w.florin.refunds.list({ status: 'requested', limit: 2, after: page.next ?? '' }))
    expect(rest.data.map((one) => one.id)).toEqual([waiting[2]?.refund])
    await approve(w, waiting[0]?.refund ?? '')
    expect((await w.run(w.florin.refunds.list({ status: 'requested' }))).data).toHaveLength(2)
    expect((await w.run(w.florin.refunds.list({ payment: id }))).data).toMatchObject([{ amount: '5.00' }])
    const foreign = w.florin.for('mer_other').refunds
    expect((await w.run(foreign.list())).data).toEqual([])
    expect(await w.refusal(foreign.get(waiting[1]?.refund ?? ''))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(foreign.approve(waiting[1]?.refund ?? '', { by: 'x' }))).toMatchObject({ code: 'not_found' })
  })

  test('refuses what it does not understand', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    const both = w.florin.refunds.list({ status: 'requested', payment: id })
    expect(await w.refusal(both)).toMatchObject({ code: 'invalid_request', details: { path: 'payment' } })
    const nobody = w.florin.refunds.approve(refund, { by: 'Ann Smith' })
    expect(await w.refusal(nobody)).toMatchObject({ code: 'invalid_request', details: { path: 'by' } })
    expect(await w.refusal(w.florin.refunds.get('ref_1'))).toMatchObject({ code: 'not_found' })
  })
})
