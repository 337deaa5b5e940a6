import assert from 'node:assert/strict'
import { type CaseRuns, worldly } from '../case-run.ts'
import { deedsOf } from '../deeds.ts'
import { named } from '../named.ts'
import { performFrom } from '../performing.ts'
import { inWords } from '../world.ts'

/** Cases of the idempotency key. */
export const replayCases: CaseRuns<'replay.same_answer' | 'replay.at_once' | 'replay.new_key'> = {
  'replay.same_answer': worldly(async (world) => {
    const { gateway, run, settle, expectMoved } = world
    if (gateway.capabilities.keyRetentionMs === 0) return // then nothing is ever sent twice
    for (const deed of deedsOf(world)) {
      const { command, reference, after } = await deed.ready(world)
      const { last, answer } = await run(command)
      expectMoved(reference, after, `after ${named(deed.name)}`)
      const again = await performFrom(gateway, last)
      const [first, second] = [await settle(command, answer), await settle(command, again.answer)]
      expectMoved(reference, after, `after the same ${deed.name} was sent twice`)
      assert.ok(
        first.effect === 'applied' && second.effect === 'applied',
        `${named(deed.name)} is ${inWords(first)}, and sent again ${inWords(second)}`,
      )
      assert.equal(second.gatewayId, first.gatewayId, `${named(deed.name)} that is sent again gets another gatewayId`)
    }
  }),
  'replay.at_once': worldly(async (world) => {
    const { gateway, run, settle, expectMoved } = world
    if (gateway.capabilities.keyRetentionMs === 0) return
    for (const deed of deedsOf(world)) {
      const { command, reference, after } = await deed.ready(world)
      const both = await Promise.all([run(command), run(command)])
      for (const { answer } of both) {
        const settled = await settle(command, answer)
        const fits = settled.effect === 'applied' || settled.effect === 'unknown'
        assert.ok(fits, `one of two ${deed.name} that were sent at once is ${inWords(settled)}, though it took effect`)
      }
      const [one] = both
      const again = await performFrom(gateway, one.last)
      const settled = await settle(command, again.answer)
      assert.ok(
        settled.effect === 'applied',
        `${named(deed.name)} that is sent again after that is ${inWords(settled)}`,
      )
      expectMoved(reference, after, `after the same ${deed.name} was sent twice at once`)
    }
  }),
  'replay.new_key': worldly(async ({ amount, can, charged, make, expectMoved, taken, succeed }) => {
    const kind = can.separateCapture ? 'authorize' : 'sale'
    const [one, two] = [await charged(kind), await charged(kind)]
    assert.notEqual(one.target.gatewayId, two.target.gatewayId, 'two charges got the same gatewayId')
    const captured = can.separateCapture ? 0n : amount
    for (const { command } of [one, two])
      expectMoved(command.attempt, { authorized: amount, captured, refunded: 0n }, 'after two charges')
    if (!can.partialRefund) return
    const { command, target, capture } = await taken()
    const some = amount / 4n
    await succeed(make.refund(target, some, capture))
    await succeed(make.refund(target, some, capture))
    const back = { authorized: amount, captured: amount, refunded: some * 2n }
    expectMoved(command.attempt, back, 'after two refunds that are alike but for key and reference')
  }),
}
