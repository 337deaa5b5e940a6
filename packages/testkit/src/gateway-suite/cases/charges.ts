import assert from 'node:assert/strict'
import { type CaseRuns, worldly } from '../case-run.ts'
import { type Waiting, waitingCharge, waitingFor } from '../deeds.ts'
import { NO_MONEY } from '../money.ts'
import { expectRefused } from '../refused.ts'
import { type Decided, type GatewayWorld, inWords } from '../world.ts'

/** Confirms, or fails to confirm, a charge that waits, and gives what that comes to. */
const finished = async (world: GatewayWorld, waiting: Waiting, outcome: 'confirm' | 'fail'): Promise<Decided> => {
  const command = world.make.complete(waiting.command, waiting.target, await waiting.answer(outcome))
  const { answer } = await world.run(command)
  return world.settle(command, answer)
}

/** Cases of charging a buyer. */
export const chargeCases: CaseRuns<
  | 'charge.authorize'
  | 'charge.sale'
  | 'charge.other_methods'
  | 'charge.redirect'
  | 'charge.confirmed'
  | 'charge.not_confirmed'
> = {
  'charge.authorize': worldly(async (world) => {
    const { amount, can, charged, expectMoved, mailbox } = world
    if (!can.separateCapture) return
    const { command, answer, target } = await charged('authorize')
    await mailbox.collect() // a provider that captures by itself would do it now
    expectMoved(command.attempt, { authorized: amount, captured: 0n, refunded: 0n }, 'after an authorization')
    assert.equal(answer.amount ?? amount, amount, 'the answer reports another amount than was asked')
    assert.ok(target.gatewayId !== '', 'the answer has an empty gatewayId')
    const { expiresAt } = answer
    assert.ok(
      expiresAt === undefined || expiresAt > Date.now(),
      `expiresAt is ${expiresAt}, which is past; it is an instant in UTC milliseconds`,
    )
  }),
  'charge.sale': worldly(async ({ amount, charged, expectMoved, mailbox }) => {
    const { command, answer } = await charged('sale')
    await mailbox.collect()
    expectMoved(command.attempt, { authorized: amount, captured: amount, refunded: 0n }, 'after a sale')
    assert.equal(answer.amount ?? amount, amount, 'the answer reports another amount than was asked')
  }),
  'charge.other_methods': worldly(async ({ harness, amount, gateway, charged, expectMoved }) => {
    for (const method of harness.methods.others ?? []) {
      const can = gateway.capabilities.methods[method.type]
      assert.ok(can, `capabilities.methods has no '${method.type}', which the harness names among its other methods`)
      const { command } = await charged('sale', { method })
      const told = `after a sale by ${method.brand ?? method.type}`
      expectMoved(command.attempt, { authorized: amount, captured: amount, refunded: 0n }, told)
    }
  }),
  'charge.redirect': worldly(async (world) => {
    const { amount, harness, gateway, make, expectMoved } = world
    const method = harness.methods.redirect
    assert.ok(method, 'the harness names no redirect method')
    const told = `by ${method.brand ?? method.type}`
    const can = gateway.capabilities.methods[method.type]
    assert.ok(can, `capabilities.methods has no '${method.type}', which the harness names as its redirect method`)
    assert.ok(
      !can.separateCapture,
      `capabilities.methods.${method.type}.separateCapture is true, and nothing can be held`,
    )
    const hold = make.charge('authorize', { method })
    await expectRefused(world, hold, `an authorization ${told}`)
    expectMoved(hold.attempt, NO_MONEY, `after an authorization ${told} was refused`)
    for (const outcome of ['confirm', 'fail'] as const) {
      const waiting = await waitingFor(world, make.charge('sale', { method }))
      expectMoved(waiting.command.attempt, NO_MONEY, `while the buyer of a sale ${told} is at the bank`)
      const settled = await finished(world, waiting, outcome)
      const right = outcome === 'confirm' ? 'applied' : 'rejected'
      assert.equal(
        settled.effect,
        right,
        `a sale ${told} that the buyer answers with '${outcome}' is ${inWords(settled)}`,
      )
      const taken = outcome === 'confirm' ? amount : 0n
      const books = { authorized: taken, captured: taken, refunded: 0n }
      expectMoved(waiting.command.attempt, books, `after the buyer of a sale ${told} answered '${outcome}'`)
    }
  }),
  'charge.confirmed': worldly(async (world) => {
    const { amount, can, expectMoved } = world
    const waiting = await waitingCharge(world)
    expectMoved(waiting.command.attempt, NO_MONEY, 'while the buyer is asked')
    const settled = await finished(world, waiting, 'confirm')
    assert.ok(settled.effect === 'applied', `a confirmed charge is ${inWords(settled)}; right would be applied`)
    const captured = can.separateCapture ? 0n : amount
    expectMoved(waiting.command.attempt, { authorized: amount, captured, refunded: 0n }, 'after the buyer confirmed')
  }),
  'charge.not_confirmed': worldly(async (world) => {
    const waiting = await waitingCharge(world)
    const settled = await finished(world, waiting, 'fail')
    assert.ok(settled.effect === 'rejected', `a charge that failed its challenge is ${inWords(settled)}`)
    world.expectMoved(waiting.command.attempt, NO_MONEY, 'after the buyer failed to confirm')
  }),
}
