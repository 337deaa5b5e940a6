import { describe, expect, test } from 'vitest'
import { audit, recover } from '../audit.ts'
import { approve, DAY_MS, requested, strict } from './setting.ts'

const refundedThere = (w: Awaited<ReturnType<typeof strict>>): bigint | undefined =>
  w.acquirer.books().currencies.EUR?.refunded

describe('decided at once', () => {
  test('ten times from two servers: it is sent once', async () => {
    const w = await strict()
    const servers = [w.florin, await w.another()]
    const { id, refund } = await requested(w)
    const calls = Array.from({ length: 10 }, (_, i) =>
      (servers[i % 2] ?? w.florin).refunds.approve(refund, { by: `op_${i}` }),
    )
    for (const one of await w.run(Promise.allSettled(calls))) {
      if (one.status === 'rejected') expect(['attempt_open', 'conflict']).toContain(one.reason.code)
      else expect(['processing', 'succeeded']).toContain(one.value.status)
    }
    await recover(w)
    expect(refundedThere(w)).toBe(6_000n)
    expect((await w.get(id)).refunds).toMatchObject([{ status: 'succeeded' }])
    await audit(w)
  })

  test.each([0, 1])('approved and denied: one of them happens (%i first)', async (first) => {
    const w = await strict()
    const other = await w.another()
    const { id, refund } = await requested(w)
    const calls = [
      () => w.florin.refunds.approve(refund, { by: 'op_yes' }),
      () => other.refunds.deny(refund, { by: 'op_no' }),
    ]
    const ends = await w.run(Promise.allSettled([calls[first]?.(), calls[1 - first]?.()]))
    expect(ends.filter((one) => one.status === 'rejected')).toMatchObject([{ reason: { code: 'invalid_state' } }])
    await recover(w)
    const { refunded, refundable, refunds } = await w.get(id)
    const wasDenied = refunds[0]?.status === 'denied'
    expect([refunded, refundable]).toEqual(wasDenied ? ['0.00', '100.00'] : ['60.00', '40.00'])
    expect(refundedThere(w)).toBe(wasDenied ? 0n : 6_000n)
    await audit(w)
  })

  test('approved as it expires: one of them happens', async () => {
    const w = await strict({ requestDays: 1 })
    const other = await w.another()
    const { refund } = await requested(w)
    await w.advance(DAY_MS)
    await w.run(Promise.allSettled([w.florin.refunds.approve(refund, { by: 'op_yes' }), other.tick(), w.florin.tick()]))
    await recover(w)
    const { status } = await w.run(w.florin.refunds.get(refund))
    expect(refundedThere(w)).toBe(status === 'succeeded' ? 6_000n : 0n)
    expect(['succeeded', 'expired']).toContain(status)
    await audit(w)
  })
})

describe('meanwhile', () => {
  test('refunded in the dashboard: what is left is judged when it is approved', async () => {
    const w = await strict({}, { webhooks: true })
    const { id, refund } = await requested(w)
    await w.advance(10)
    w.acquirer.dashboard.refund(w.acquirer.books().charges[0]?.id ?? '', 5_000n)
    await w.advance(10)
    // 50 are gone, and 60 are asked for: somebody has to look.
    expect(await w.get(id)).toMatchObject({ refunded: '50.00', refundable: '0.00', needsReview: true })
    const refused = await w.refusal(w.florin.refunds.approve(refund, { by: 'op_ann' }))
    expect(refused).toMatchObject({ code: 'amount_too_large' })
    expect(refused.message).toContain('50.00 EUR')
    expect((await w.run(w.florin.refunds.get(refund))).status).toBe('requested')
    await w.run(w.florin.refunds.deny(refund, { by: 'op_ann' }))
    expect(await w.get(id)).toMatchObject({ refunded: '50.00', refundable: '50.00' })
    expect(refundedThere(w)).toBe(5_000n)
    await recover(w)
    await audit(w)
  })

  test('what another refund did is unknown: that is found out first, and the request waits', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'refund' } })
    await w.run(w.florin.payments.refund(id, { amount: '20.00' }))
    w.acquirer.clearFaults()
    await approve(w, refund)
    expect(await w.get(id)).toMatchObject({ refunded: '80.00' })
    await recover(w)
    await audit(w)
  })

  test('its own outcome is unknown: it is processing, and settled later', async () => {
    const w = await strict()
    const { id, refund } = await requested(w)
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'refund' } })
    expect(await approve(w, refund)).toMatchObject({ status: 'processing' })
    expect(await w.get(id)).toMatchObject({ refunded: '0.00', refundable: '40.00' })
    await recover(w)
    expect(await w.run(w.florin.refunds.get(refund))).toMatchObject({ status: 'succeeded' })
    expect(refundedThere(w)).toBe(6_000n)
    await audit(w)
  })

  test('its buyer’s bank disputes it: what is in dispute is not refunded, and is free again once that is won', async () => {
    const w = await strict({}, { webhooks: true })
    const { id, refund } = await requested(w)
    await w.advance(10)
    const charge = w.acquirer.books().charges[0]?.id ?? ''
    const dispute = w.acquirer.dashboard.openDispute(charge)
    await w.advance(10)
    expect(await w.get(id)).toMatchObject({ disputeState: 'open', refundable: '0.00' })
    const refused = await w.refusal(w.florin.refunds.approve(refund, { by: 'op_ann' }))
    expect(refused).toMatchObject({ code: 'invalid_state' })
    expect(refused.message).toContain('in dispute')
    w.acquirer.dashboard.decideDispute(dispute.id, 'won')
    await w.advance(10)
    expect(await approve(w, refund)).toMatchObject({ status: 'succeeded' })
    expect(refundedThere(w)).toBe(6_000n)
    await recover(w)
    await audit(w)
  })

  test('its capture was taken back: there is nothing to refund any more', async () => {
    const w = await strict({}, { webhooks: true })
    const { id, refund } = await requested(w)
    await w.advance(10)
    const charge = w.acquirer.books().charges[0]?.id ?? ''
    const [capture] = (await w.run(w.florin.payments.timeline(id))).attempts.filter((one) => one.kind === 'capture')
    w.acquirer.dashboard.failCapture(capture?.id ?? charge)
    await w.advance(10)
    expect(await w.refusal(w.florin.refunds.approve(refund, { by: 'op_ann' }))).toMatchObject({ code: 'invalid_state' })
    await w.run(w.florin.refunds.deny(refund, { by: 'op_ann' }))
    expect(refundedThere(w)).toBe(0n)
  })
})
