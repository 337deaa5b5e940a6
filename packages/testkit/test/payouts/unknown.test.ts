import { describe, expect, test } from 'vitest'
import { payoutSettled } from '../../../core/src/flows/index.ts'
import { auditAlways } from '../audit.ts'
import { contextOf, type PayoutWorld, payoutWorld } from './payout-world.ts'

/*
 * Where the wire or the bank fails (FAILURES 1), and what is right:
 * F3  no connection: it goes back to be sent, and can be canceled
 * F8  lost on the way, a 500, a strange answer: unknown until a lookup, a statement or a person tells
 *     the bank does not know it yet: not found is not absence, until its documentation says so
 *     a bank that cannot be asked is sent the same bytes under the same key, while it remembers keys; then a person looks
 * F10 two servers, two jobs: one sends
 */
const HOUR_MS = 3_600_000

const after = async (w: PayoutWorld, ms: number, steps = 8): Promise<void> => {
  for (let step = 0; step < steps; step++) {
    await w.advance(ms / steps)
    await w.tick()
  }
}

const ordered = async (...given: Parameters<typeof payoutWorld>) => {
  const w = await payoutWorld(...given)
  await w.fund(10_000n)
  return { w, payout: await w.payOut() }
}

const types = async (w: PayoutWorld, id: string): Promise<readonly string[]> => {
  const { events } = await w.run(w.florin.events.read({ partition: 0, position: 0 }, { limit: 200 }))
  return events.filter((one) => one.subject === id).map((one) => one.type)
}

describe('a payout of which nobody knows', () => {
  test('whose answer is lost is asked about, and was paid once', async () => {
    const { w, payout } = await ordered()
    w.rail.fail({ how: 'lost_answer' })
    await w.tick()
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    expect(await w.balances()).toMatchObject({ 'merchant/payouts/EUR': '60.00' })
    await after(w, 60_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
    expect(w.bank.transfers()).toHaveLength(1)
    await auditAlways(w)
  })

  test('that answers with a 500 is unknown, however clear the status looks', async () => {
    const { w, payout } = await ordered()
    w.rail.fail({ how: 'broken' })
    w.rail.fail({ how: 'broken', when: 'lookup', times: 100 })
    await w.tick()
    await after(w, 2 * HOUR_MS)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    w.rail.clearFaults()
    await after(w, 2 * HOUR_MS)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid', needsReview: false })
  })

  test('that never arrived fails once the bank proves it, and not before', async () => {
    const { w, payout } = await ordered()
    w.rail.fail({ how: 'lost_request' })
    await w.tick()
    await after(w, HOUR_MS / 2)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    await after(w, 2 * HOUR_MS)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'failed', code: 'never_arrived' })
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '100.00' })
    expect(w.bank.transfers()).toEqual([])
    await auditAlways(w)
  })

  test('that is still on its way when the bank is asked is not taken for lost', async () => {
    const { w, payout } = await ordered()
    w.rail.fail({ how: 'late' })
    await w.tick()
    await after(w, 10_000)
    expect(w.bank.transfers()).toEqual([])
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    await after(w, 120_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
  })

  test('goes back to be sent where nothing was sent, and can be canceled then', async () => {
    const { w, payout } = await ordered()
    w.rail.fail({ how: 'refused', times: 2 })
    await w.tick()
    expect(await w.payout(payout.id)).toMatchObject({ status: 'approved' })
    await after(w, 60_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
    expect(await types(w, payout.id)).toEqual([
      ...['payout.created', 'payout.submitted', 'payout.not_sent', 'payout.submitted', 'payout.not_sent'],
      ...['payout.submitted', 'payout.paid'],
    ])
    const other = await w.payOut({ amount: '1.00' })
    w.rail.fail({ how: 'refused' })
    await w.tick()
    expect(await w.run(w.florin.payouts.cancel(other.id))).toMatchObject({ status: 'canceled' })
    await after(w, HOUR_MS)
    expect(w.bank.transfers()).toHaveLength(1)
  })

  test('at a bank that cannot be asked is sent again under its key, and carried out once', async () => {
    const { w, payout } = await ordered({ lookup: false })
    w.rail.fail({ how: 'lost_answer' })
    await w.tick()
    await after(w, 60_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
    expect(w.bank.transfers()).toHaveLength(1)
    await auditAlways(w)
  })

  test('is never sent again once the bank may have forgotten its key: a person looks, or a statement tells', async () => {
    const { w, payout } = await ordered({ lookup: false })
    w.rail.fail({ how: 'lost_request', times: 1_000 })
    await w.tick()
    await after(w, 30 * HOUR_MS, 60)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown', needsReview: true })
    w.rail.clearFaults()
    await after(w, 30 * HOUR_MS, 30)
    expect(w.bank.transfers()).toEqual([]) // it could have been a second payment
    const told = await w.run(payoutSettled(contextOf(w), payout.id, { amount: 6_000n, currency: 'EUR' }))
    expect(told).toMatchObject({ outcome: 'applied' })
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid', needsReview: false })
    await auditAlways(w)
  })

  test('that was refused the second time was perhaps paid the first time', async () => {
    const { w, payout } = await ordered({ lookup: false })
    const strict = w.bank.handle
    w.rail.fail({ how: 'lost_answer' })
    await w.tick()
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    Object.assign(w.bank, { handle: () => ({ status: 422, headers: {}, body: '{"error":"refused","code":"DUPL"}' }) })
    await after(w, 30_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'unknown' })
    Object.assign(w.bank, { handle: strict })
    await after(w, 300_000)
    expect(await w.payout(payout.id)).toMatchObject({ status: 'paid' })
  })

  test('is sent by one of two servers', async () => {
    const { w } = await ordered()
    const other = await w.another()
    const [id = ''] = (await w.run(w.florin.payouts.list())).data.map((one) => one.id)
    await w.run(Promise.all([w.florin.tick(), other.tick()]))
    expect(await types(w, id)).toEqual(['payout.created', 'payout.submitted', 'payout.paid'])
    expect(w.bank.transfers()).toHaveLength(1)
  })
})
