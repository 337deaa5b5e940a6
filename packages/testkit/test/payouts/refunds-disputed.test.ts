import { paperRail } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import type { Id } from '../../../core/src/kernel/index.ts'
import { payments as paymentsTable } from '../../../core/src/payments/index.ts'
import { auditAlways } from '../audit.ts'
import { MERCHANT, type PayoutWorld, payoutWorld } from './payout-world.ts'

/*
 * A refund by payout, and a dispute of the same money. The buyer's bank gives it back; what was not sent by then is not sent:
 * - it waits for approval            it is refused, and can be canceled
 * - it is about to be sent           it is canceled, and the refund failed
 * - it waits for a file              it is in none
 * - it was looked for, and is booked before the commit that says that it is sent   that commit is lost, and it is canceled
 * - nobody knows whether it was sent it is not sent again
 * - an inquiry                       takes no money: the refund is the answer
 */
type Given = Parameters<typeof payoutWorld>[0]

const ordered = async (given: Given = {}) => {
  const w = await payoutWorld({ webhooks: true, acquirer: { fees: { basisPoints: 0 } }, ...given })
  await w.fund(50_000n)
  const { id: payment } = await w.pay({ amount: '100.00' })
  const { id } = await w.payOut({ amount: '60.00', purpose: 'refund', payment })
  return { w, payment, id }
}

const disputeIt = async (w: PayoutWorld, what: { readonly amount?: bigint; readonly stage?: 'inquiry' } = {}) => {
  const charge = w.acquirer.books().charges[0]?.id ?? ''
  const { id } = w.acquirer.dashboard.openDispute(charge, what)
  await w.advance(10) // the webhook arrives, and nothing else happens
  return id
}

describe('a refund by payout whose money is disputed before it is sent', () => {
  test('is canceled, and the buyer is not paid twice', async () => {
    const { w, payment, id } = await ordered()
    const dispute = await disputeIt(w)
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'canceled', code: 'disputed' })
    expect(w.bank.transfers()).toEqual([])
    expect(await w.get(payment)).toMatchObject({ refunded: '0.00', disputed: '100.00' })
    const order = { amount: '60.00', purpose: 'refund', payment } as const
    expect(await w.refusal(w.payOut(order))).toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('100.00 EUR in dispute'),
    })
    w.acquirer.dashboard.decideDispute(dispute, 'won')
    await w.advance(10)
    await w.payOut(order) // it may be ordered anew
    await w.tick()
    expect(await w.get(payment)).toMatchObject({ refunded: '60.00', disputed: '0.00' })
    await auditAlways(w)
  })

  test.each(['sandbox', 'paper'] as const)(
    'is not sent by %s either where it is booked after that was looked for',
    async (rail) => {
      const rails = rail === 'paper' ? { options: { payouts: { rails: { paper: paperRail() } } } } : {}
      const { w, payment, id } = await ordered(rails)
      let disputed = false
      const slow = await w.another({
        ...(rails.options && { options: rails.options }),
        storage: (inner) => ({
          ...inner,
          async commit(batch) {
            const sends = batch.changes.some(({ guards }) =>
              guards.some((op) => op.op === 'replace' && op.table.name === 'payouts' && op.set.state === 'submitted'),
            )
            if (sends && !disputed) {
              disputed = true
              const charge = w.acquirer.books().charges[0]?.id ?? ''
              w.acquirer.dashboard.openDispute(charge, {})
              while (
                (await w.inner.load(paymentsTable, [{ merchant: MERCHANT, id: payment as Id<'pay'> }]))[0]?.disputed ===
                0n
              )
                await new Promise((turn) => setImmediate(turn))
            }
            return inner.commit(batch)
          },
        }),
      })
      if (rail === 'paper') await w.run(slow.payouts.files.export({ rail, reference: 'a' }))
      else for (let turn = 0; turn < 3; turn++) await w.run(slow.tick())
      await w.advance(10_000)
      await w.tick()
      expect(disputed).toBe(true)
      expect(await w.payout(id)).toMatchObject({ status: 'canceled', code: 'disputed' })
      expect(w.bank.transfers()).toEqual([])
      await auditAlways(w)
    },
  )

  test('is sent where the dispute leaves enough for both, and where a bank only asks', async () => {
    for (const what of [{ amount: 4_000n }, { stage: 'inquiry' }] as const) {
      const { w, id } = await ordered()
      await disputeIt(w, what)
      await w.tick()
      expect(await w.payout(id)).toMatchObject({ status: 'paid' })
      await auditAlways(w)
    }
  })

  test('cannot be approved', async () => {
    const { w, id } = await ordered({ approveFrom: { EUR: '1.00' } })
    await disputeIt(w)
    const refused = await w.refusal(w.florin.payouts.approve(id, { by: 'op_1' }))
    expect(refused).toMatchObject({ code: 'invalid_state', message: expect.stringMatching(/in dispute.*cancel/) })
    await w.run(w.florin.payouts.cancel(id))
    await auditAlways(w)
  })

  test('is in no file', async () => {
    const { w, id } = await ordered({ options: { payouts: { rails: { paper: paperRail() } } } })
    const { id: other } = await w.payOut({ amount: '5.00' })
    await disputeIt(w)
    const file = await w.run(w.florin.payouts.files.export({ rail: 'paper', reference: 'a' }))
    expect(file?.content).toContain(other)
    expect(file?.content).not.toContain(id)
    expect(await w.payout(id)).toMatchObject({ status: 'canceled', code: 'disputed' })
    await auditAlways(w)
  })

  test('is not sent again where nobody knows whether it was', async () => {
    const { w, id } = await ordered({ lookup: false })
    w.rail.fail({ how: 'lost_request' })
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'unknown' })
    await disputeIt(w)
    for (let turn = 0; turn < 12; turn++) {
      await w.advance(600_000)
      await w.tick()
    }
    expect(w.bank.transfers()).toEqual([])
    expect(await w.payout(id)).toMatchObject({ status: 'unknown', needsReview: true })
    await auditAlways(w)
  })
})
