import type { Florin } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from './audit.ts'
import { DAY_MS, HOUR_MS, lateBank } from './late-bank.ts'
import { rows } from './rows.ts'
import { type World, world } from './world.ts'

const BY = { by: 'ops-7' } as const
const SEEN = { ...BY, note: 'Customer Area, 21 November: no such payment' } as const
const LOST = { effect: 'unknown', reason: 'no answer' } as const

const turns = async (w: World, count: number, ms: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    await w.advance(ms)
    await w.tick()
  }
}

/** A payment whose outcome nobody can ask about for a while. */
const unresolved = async (w: World): Promise<string> => {
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const { id } = await w.pay()
  w.acquirer.pause()
  await turns(w, 12, 45 * 60_000)
  expect((await w.get(id)).needsReview).toBe(true)
  return id
}

describe('reviews', () => {
  test('of a payment that never needed one there are none', async () => {
    const w = await world()
    const { id } = await w.pay()
    expect(await w.run(w.florin.reviews.list())).toEqual({ object: 'list', data: [] })
    expect(await w.refusal(w.florin.reviews.get(id))).toMatchObject({ code: 'not_found' })
    const refused = await w.refusal(w.florin.reviews.resolve(id, { action: 'acknowledge', ...BY }))
    expect(refused).toMatchObject({ code: 'invalid_state', details: { payment: id } })
    expect(await w.refusal(w.florin.reviews.get('pay_nobody'))).toMatchObject({ code: 'not_found' })
  })

  test('are listed, the longest open first, by page and by reason', async () => {
    const w = await world()
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      ids.push(await unresolved(w))
      w.acquirer.resume()
      await w.run(w.florin.reviews.list())
    }
    const first = await w.run(w.florin.reviews.list({ limit: 2 }))
    expect(first.data.map(({ payment }) => payment)).toEqual(ids.slice(0, 2))
    const rest = await w.run(w.florin.reviews.list({ limit: 2, after: first.next ?? '' }))
    expect(rest.data.map(({ payment }) => payment)).toEqual(ids.slice(2))
    expect((await w.run(w.florin.reviews.list({ reason: 'unresolved' }))).data).toHaveLength(3)
    expect((await w.run(w.florin.reviews.list({ reason: 'overdue' }))).data).toEqual([])
  })

  test('are of one merchant, and nobody else sees or decides them', async () => {
    const w = await world()
    const id = await unresolved(w)
    const other = (w.florin as Florin).for('mer_other')
    expect((await w.run(other.reviews.list())).data).toEqual([])
    expect(await w.refusal(other.reviews.get(id))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(other.reviews.resolve(id, { action: 'acknowledge', ...BY }))).toMatchObject({
      code: 'not_found',
    })
  })

  test('say what is stuck, and what can be said of it', async () => {
    const w = await world()
    const id = await unresolved(w)
    const review = await w.run(w.florin.reviews.get(id))
    expect(review).toMatchObject({
      object: 'review',
      payment: id,
      number: 1,
      reason: 'unresolved',
      status: 'open',
      actions: ['acknowledge', 'retry_now', 'did_not_happen'],
      stuck: [{ kind: 'authorize', state: 'unknown', gateway: 'sandbox', amount: '100.00', currency: 'EUR' }],
    })
    expect(JSON.parse(JSON.stringify(review))).toEqual(review)
  })
})

describe('acknowledged', () => {
  test('a review is closed, with who did it; the note is sealed', async () => {
    const w = await world({ webhooks: true })
    const { id } = await w.pay()
    w.acquirer.dashboard.failCapture((await captureOf(w, id)) ?? '')
    await w.advance(100)
    expect(await w.run(w.florin.reviews.get(id))).toMatchObject({ reason: 'capture_undone', actions: ['acknowledge'] })
    const decided = { action: 'acknowledge', ...BY, note: 'Ada Buyer will pay by transfer' } as const
    const closed = await w.run(w.florin.reviews.resolve(id, decided))
    expect(closed).toMatchObject({ status: 'closed', ...decided, actions: [], stuck: [] })
    expect((await w.get(id)).needsReview).toBe(false)
    expect((await w.run(w.florin.reviews.list())).data).toEqual([])
    const { entries } = await w.run(w.florin.payments.timeline(id))
    expect(entries.at(-1)).toMatchObject({
      type: 'payment.reviewed',
      data: { action: 'acknowledge', reason: 'capture_undone', by: 'ops-7' },
    })
    expect(JSON.stringify(entries)).not.toContain('Ada Buyer')
    expect(JSON.stringify(await rows(w.inner, 'reviews'))).not.toContain('Ada Buyer')
    await auditAlways(w)
    expect(await w.refusal(w.florin.reviews.resolve(id, decided))).toMatchObject({ code: 'invalid_state' })
  })

  test('what is not known comes back after the next try that finds nothing', async () => {
    const w = await world()
    const id = await unresolved(w)
    await w.run(w.florin.reviews.resolve(id, { action: 'acknowledge', ...BY }))
    expect((await w.get(id)).needsReview).toBe(false)
    await turns(w, 3, DAY_MS)
    expect(await w.run(w.florin.reviews.get(id))).toMatchObject({ number: 2, status: 'open', reason: 'unresolved' })
    await recover(w)
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })

  test('a duty that cannot be done comes back every day', async () => {
    const w = await lateBank(() => LOST)
    const { id } = await w.pay()
    await w.pass(HOUR_MS, 24)
    for (let day = 1; day <= 3; day++) {
      expect(await w.run(w.florin.reviews.get(id))).toMatchObject({ reason: 'reversal', number: day, status: 'open' })
      await w.run(w.florin.reviews.resolve(id, { action: 'acknowledge', ...BY }))
      await w.pass(DAY_MS + 1)
    }
    expect((await w.duty()).proof).toBeNull()
  })

  test('by two people at once: one of them is told that it is done', async () => {
    const w = await world()
    const id = await unresolved(w)
    const other = await w.another()
    const decide = (florin: Florin<'sandbox'>) => florin.reviews.resolve(id, { action: 'acknowledge', ...BY })
    const both = await w.run(Promise.allSettled([decide(w.florin), decide(other)]))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'invalid_state' } })
  })
})

describe('retry_now', () => {
  test('asks at once, and leaves the review open', async () => {
    const w = await world()
    const id = await unresolved(w)
    w.acquirer.resume()
    await w.run(w.florin.reviews.resolve(id, { action: 'retry_now', ...BY }))
    await w.tick()
    expect(await w.get(id)).toMatchObject({ status: 'succeeded', needsReview: true })
    await w.run(w.florin.reviews.resolve(id, { action: 'acknowledge', ...BY }))
    expect((await w.get(id)).needsReview).toBe(false)
    await audit(w)
  })

  test('is refused where nothing is stuck', async () => {
    const w = await world({ webhooks: true })
    const { id } = await w.pay()
    w.acquirer.dashboard.failCapture((await captureOf(w, id)) ?? '')
    await w.advance(100)
    const refused = await w.refusal(w.florin.reviews.resolve(id, { action: 'retry_now', ...BY }))
    expect(refused).toMatchObject({ code: 'invalid_state' })
  })
})

describe('did_not_happen', () => {
  const stuck = async () => {
    const w = await lateBank(() => LOST, {
      options: { failover: { onUnknown: false } },
    })
    const { id } = await w.pay()
    await w.pass(HOUR_MS, 30)
    expect((await w.run(w.florin.reviews.get(id))).reason).toBe('unresolved')
    return { w, id }
  }

  test('needs evidence, and who gives it', async () => {
    const { w, id } = await stuck()
    const resolve = (input: object) => w.run(w.florin.reviews.resolve(id, input as never))
    await expect(resolve({ action: 'did_not_happen', ...BY })).rejects.toThrow(/note: is the evidence/)
    await expect(resolve({ action: 'did_not_happen', ...BY, note: 'ok' })).rejects.toThrow(/note: is the evidence/)
    await expect(resolve({ action: 'did_not_happen', note: SEEN.note })).rejects.toThrow(/by: /)
    await expect(resolve({ action: 'did_not_happen', note: SEEN.note, by: 'ada@shop.example' })).rejects.toThrow(/by: /)
    await expect(resolve({ action: 'forgive', ...SEEN })).rejects.toThrow(/action: /)
    expect((await w.run(w.florin.payments.get(id))).status).toBe('processing')
  })

  test('declines a charge that nobody could find out about; a late success is reversed', async () => {
    const { w, id } = await stuck()
    const { stuck: before } = await w.run(w.florin.reviews.get(id))
    const charge = before[0]?.attempt ?? ''
    await w.run(w.florin.reviews.resolve(id, { action: 'did_not_happen', ...SEEN }))
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({
      status: 'declined',
      needsReview: false,
      decline: { code: 'not_found_at_gateway' },
    })
    await w.tell({ attempt: charge, of: 'authorize', answer: { effect: 'applied', gatewayId: 'bank_1' } })
    await w.tick()
    expect((await w.run(w.florin.payments.get(id))).status).toBe('declined')
    expect(w.bodies('cancel').at(-1)).toMatchObject({ target: { gatewayId: 'bank_1' } })
    expect((await w.run(w.florin.verify())).ok).toBe(true)
  })

  test('of a refund gives what it had set aside free; told of later, it is booked', async () => {
    const w = await lateBank((command) =>
      command.kind === 'refund' ? LOST : { effect: 'applied', gatewayId: `bank_${command.attempt}` },
    )
    const { id } = await w.pay()
    await w.run(w.florin.payments.refund(id, { amount: '40.00' }))
    expect((await w.run(w.florin.payments.get(id))).refundable).toBe('60.00')
    await w.pass(HOUR_MS, 30)
    const { stuck: open } = await w.run(w.florin.reviews.get(id))
    expect(open).toMatchObject([{ kind: 'refund', state: 'unknown', amount: '40.00' }])
    await w.run(w.florin.reviews.resolve(id, { action: 'did_not_happen', ...SEEN }))
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({ refundable: '100.00', refunded: '0.00' })
    const refund = open[0]?.attempt ?? ''
    await w.tell({ attempt: refund, of: 'refund', answer: { effect: 'applied', gatewayId: 'bank_r' } })
    expect(await w.run(w.florin.payments.get(id))).toMatchObject({ refunded: '40.00', needsReview: true })
    expect((await w.run(w.florin.reviews.get(id))).reason).toBe('late_success')
    expect((await w.run(w.florin.verify())).ok).toBe(true)
  })

  test('of a duty to reverse discharges it, and says who witnessed; a late success opens another', async () => {
    const w = await lateBank(() => LOST)
    const { id } = await w.pay()
    await w.pass(HOUR_MS, 24)
    const charge = (await w.duty()).attempt
    const { stuck: open } = await w.run(w.florin.reviews.get(id))
    expect(open.find((one) => one.attempt === charge)?.actions).toEqual(['retry_now', 'voided', 'did_not_happen'])
    const named = { action: 'did_not_happen', attempt: charge, ...SEEN } as const
    await w.run(w.florin.reviews.resolve(id, named))
    expect(await w.duty()).toMatchObject({ proof: 'never_existed' })
    const { entries } = await w.run(w.florin.payments.timeline(id))
    expect(entries.slice(-2)).toMatchObject([
      { type: 'payment.reviewed', data: { action: 'did_not_happen', by: 'ops-7', attempt: charge } },
      { type: 'attempt.reversed', data: { proof: 'never_existed', witnessed: true } },
    ])
    await w.tell({ attempt: charge, of: 'authorize', answer: { effect: 'applied', gatewayId: 'bank_1' } })
    expect((await w.duties()).map(({ proof }) => proof)).toEqual(['never_existed', null])
  })

  test('must name its command where several are stuck, and only one of the payment', async () => {
    const w = await lateBank(() => LOST)
    const { id } = await w.pay({ token: 'tok_do_not_honor' })
    const method = { type: 'card', tokens: { bank: 'tok_bank', second: 'tok_do_not_honor' } } as const
    await w.run(w.florin.payments.retry(id, { method }))
    expect(await w.duties()).toHaveLength(2)
    await w.pass(HOUR_MS, 24)
    await expect(w.run(w.florin.reviews.resolve(id, { action: 'did_not_happen', ...SEEN }))).rejects.toThrow(
      /attempt: name the one/,
    )
    const stranger = { action: 'did_not_happen', attempt: 'att_01jd3c5v8kfx2a4wz6n0q7r1st', ...SEEN } as const
    await expect(w.run(w.florin.reviews.resolve(id, stranger))).rejects.toMatchObject({ code: 'invalid_state' })
  })

  test('cannot be said while the gateway may still be at work', async () => {
    const w = await lateBank(() => LOST, { capabilities: { processingMs: 30 * DAY_MS } })
    const { id } = await w.pay()
    await w.pass(HOUR_MS, 72)
    const charge = (await w.duty()).attempt
    const review = await w.run(w.florin.reviews.get(id))
    expect(review.stuck.find((one) => one.attempt === charge)?.actions).toEqual(['retry_now'])
    const named = { action: 'voided', attempt: charge, ...SEEN } as const
    await expect(w.run(w.florin.reviews.resolve(id, named))).rejects.toMatchObject({ code: 'invalid_state' })
    expect((await w.duty()).proof).toBeNull()
  })
})

test('voided: the charge that was left behind is over, by testimony', async () => {
  const w = await lateBank(() => LOST)
  const { id } = await w.pay()
  await w.pass(HOUR_MS, 24)
  const charge = (await w.duty()).attempt
  await w.run(w.florin.reviews.resolve(id, { action: 'voided', attempt: charge, ...SEEN }))
  expect(await w.duty()).toMatchObject({ proof: 'voided', due: null })
  expect(await w.charges(id)).toEqual(['bank reversed', 'second applied'])
  expect((await w.run(w.florin.verify())).ok).toBe(true)
})

test('on SQLite: opened, listed, decided', async () => {
  const w = await lateBank(() => LOST, { storage: sqlite({ file: ':memory:' }) })
  const { id } = await w.pay()
  await w.pass(HOUR_MS, 24)
  expect((await w.run(w.florin.reviews.list({ reason: 'reversal' }))).data).toMatchObject([{ payment: id }])
  const charge = (await w.duty()).attempt
  await w.run(w.florin.reviews.resolve(id, { action: 'voided', attempt: charge, ...SEEN }))
  expect(await w.run(w.florin.reviews.get(id))).toMatchObject({ status: 'closed', note: SEEN.note })
  expect((await w.run(w.florin.reviews.list())).data).toEqual([])
  await w.run(w.florin.close())
})

const captureOf = async (w: World, payment: string): Promise<string | undefined> =>
  (await rows<{ id: string; payment: string; kind: string }>(w.inner, 'attempts')).find(
    (one) => one.payment === payment && one.kind === 'capture',
  )?.id
