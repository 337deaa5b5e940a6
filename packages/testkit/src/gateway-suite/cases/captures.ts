import assert from 'node:assert/strict'
import { type CaseRuns, worldly } from '../case-run.ts'
import { inWords } from '../world.ts'

const part = (amount: bigint, tenths: bigint): bigint => (amount * tenths) / 10n

/** Cases of taking what is held. */
export const captureCases: CaseRuns<'capture.full' | 'capture.partial' | 'capture.several' | 'capture.too_much'> = {
  'capture.full': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.separateCapture) return
    const { command, target } = await charged('authorize')
    const capture = await succeed(make.capture(target, amount))
    expectMoved(command.attempt, { authorized: amount, captured: amount, refunded: 0n }, 'after a full capture')
    assert.equal(capture.amount ?? amount, amount, 'the answer reports another amount than was captured')
  }),
  'capture.partial': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.separateCapture || !can.partialCapture) return
    const { command, target } = await charged('authorize')
    const some = part(amount, 4n)
    const capture = await succeed(make.capture(target, some, true))
    const told = `after a final capture of ${some} of ${amount}`
    if (can.finalCaptureReleases === false) {
      const kept = `${told}, which gives nothing back (finalCaptureReleases is false)`
      expectMoved(command.attempt, { authorized: amount, captured: some, refunded: 0n }, kept)
      await succeed(make.cancel(target, amount - some))
    }
    expectMoved(command.attempt, { authorized: some, captured: some, refunded: 0n }, told)
    assert.equal(capture.amount ?? some, some, 'the answer reports another amount than was captured')
  }),
  'capture.several': worldly(async ({ amount, can, charged, make, succeed, expectMoved }) => {
    if (!can.multiCapture) return // `capabilities.honest` sees to it that it is refused
    const { command, target } = await charged('authorize')
    const [first, second, last] = [part(amount, 2n), part(amount, 3n), part(amount, 1n)]
    const one = await succeed(make.capture(target, first, false))
    expectMoved(
      command.attempt,
      { authorized: amount, captured: first, refunded: 0n },
      'after a first capture that was not final',
    )
    const two = await succeed(make.capture(target, second, false))
    assert.notEqual(one.gatewayId, two.gatewayId, 'two captures of one charge got the same gatewayId')
    await succeed(make.capture(target, last, true))
    const taken = first + second + last
    if (can.finalCaptureReleases === false) await succeed(make.cancel(target, amount - taken))
    expectMoved(
      command.attempt,
      { authorized: taken, captured: taken, refunded: 0n },
      'after the final of three captures',
    )
  }),
  'capture.too_much': worldly(async ({ amount, can, charged, make, run, settle, expectMoved }) => {
    if (!can.separateCapture) return
    const { command, target } = await charged('authorize')
    const capture = make.capture(target, amount + 1n)
    const settled = await settle(capture, (await run(capture)).answer)
    assert.ok(settled.effect === 'rejected', `a capture of ${amount + 1n} out of ${amount} is ${inWords(settled)}`)
    expectMoved(
      command.attempt,
      { authorized: amount, captured: 0n, refunded: 0n },
      'after a capture that was too much',
    )
  }),
}
