import assert from 'node:assert/strict'
import { isFlorinError } from '@florin/core'
import { type CaseRuns, worldly } from '../case-run.ts'
import { waitingCharge } from '../deeds.ts'
import { NO_MONEY } from '../money.ts'
import { type GatewayWorld, inWords } from '../world.ts'

/** Completes a charge that was called off: whatever comes of it, it must not be money. */
const tryToConfirm = async (world: GatewayWorld, waiting: Awaited<ReturnType<typeof waitingCharge>>): Promise<void> => {
  const payload = await waiting.answer('confirm').catch(() => null) // a provider may have taken its page away
  if (payload === null) return
  try {
    await world.run(world.make.complete(waiting.command, waiting.target, payload))
  } catch (error) {
    if (!isFlorinError(error)) throw error
  }
  await world.mailbox.collect()
}

/** Cases of giving a hold back. */
export const cancelCases: CaseRuns<'cancel.by_id' | 'cancel.by_reference' | 'cancel.waiting'> = {
  'cancel.by_id': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.separateCapture || !can.reverseBy.includes('gateway_id')) return
    const { command, target } = await charged('authorize')
    await succeed(make.cancel(target, amount))
    expectMoved(command.attempt, NO_MONEY, 'after a cancel')
    if (!can.multiCapture) return
    const partly = await charged('authorize')
    const some = amount / 2n
    await succeed(make.capture(partly.target, some, false))
    await succeed(make.cancel(partly.target, amount - some))
    const kept = { authorized: some, captured: some, refunded: 0n }
    expectMoved(partly.command.attempt, kept, 'after a cancel of what a capture left')
  }),
  'cancel.by_reference': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.separateCapture || !can.reverseBy.includes('reference')) return
    const winner = await charged('authorize', { merchantReference: 'order-shared' })
    const loser = await charged('authorize', { merchantReference: 'order-shared' })
    await succeed(make.cancel({ attempt: loser.command.attempt, gatewayId: null }, amount))
    expectMoved(loser.command.attempt, NO_MONEY, 'after a cancel by reference')
    const kept = { authorized: amount, captured: 0n, refunded: 0n }
    expectMoved(winner.command.attempt, kept, 'after a cancel by reference of another attempt on the same order')
  }),
  'cancel.waiting': worldly(async (world) => {
    const { amount, gateway, harness, make, run, settle, expectMoved } = world
    const type = harness.methods.challenge?.type ?? 'card'
    if (gateway.capabilities.methods[type]?.reverseBy.includes('gateway_id') !== true) return
    const waiting = await waitingCharge(world)
    const cancel = make.cancel(waiting.target, amount)
    const settled = await settle(cancel, (await run(cancel)).answer)
    await tryToConfirm(world, waiting)
    if (settled.effect === 'applied')
      return expectMoved(waiting.command.attempt, NO_MONEY, 'after a charge was called off, and then confirmed')
    // A provider that cannot call it off must say so: then nobody believes that it cannot succeed any more.
    assert.ok(settled.effect === 'rejected', `calling off a charge that waits for the buyer is ${inWords(settled)}`)
  }),
}
