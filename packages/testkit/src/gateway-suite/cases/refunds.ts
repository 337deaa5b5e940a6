import assert from 'node:assert/strict'
import { type CaseRuns, worldly } from '../case-run.ts'
import { inWords } from '../world.ts'

/** Cases of giving captured money back, and of raising a hold. */
export const refundCases: CaseRuns<'refund.full' | 'refund.several' | 'increment.raises'> = {
  'refund.full': worldly(async ({ amount, can, taken, make, succeed, expectMoved }) => {
    if (!can.refund) return
    const { command, target, capture } = await taken()
    const refund = await succeed(make.refund(target, amount, capture))
    expectMoved(command.attempt, { authorized: amount, captured: amount, refunded: amount }, 'after a full refund')
    assert.equal(refund.amount ?? amount, amount, 'the answer reports another amount than was refunded')
  }),
  'refund.several': worldly(async ({ amount, can, taken, make, run, settle, succeed, expectMoved }) => {
    if (!can.partialRefund) return
    const { command, target, capture } = await taken()
    const some = (amount * 3n) / 10n
    const one = await succeed(make.refund(target, some, capture))
    const two = await succeed(make.refund(target, some, capture))
    assert.notEqual(one.gatewayId, two.gatewayId, 'two refunds of one charge got the same gatewayId')
    const back = { authorized: amount, captured: amount, refunded: some * 2n }
    expectMoved(command.attempt, back, 'after two refunds of the same amount')
    const most = make.refund(target, amount, capture)
    const settled = await settle(most, (await run(most)).answer)
    assert.ok(settled.effect === 'rejected', `a refund of more than is left is ${inWords(settled)}`)
    expectMoved(command.attempt, back, 'after a refund that was too much')
  }),
  'increment.raises': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.increment) return // `capabilities.honest` sees to it that it is refused
    const { command, target } = await charged('authorize')
    const by = amount / 5n
    await succeed(make.increment(target, amount + by, by))
    const raised = { authorized: amount + by, captured: 0n, refunded: 0n }
    expectMoved(command.attempt, raised, `after an increment by ${by} to ${amount + by}`)
    if (!can.separateCapture) return
    await succeed(make.capture(target, amount + by))
    const taken = { authorized: amount + by, captured: amount + by, refunded: 0n }
    expectMoved(command.attempt, taken, 'after a capture of all that was raised')
  }),
}
