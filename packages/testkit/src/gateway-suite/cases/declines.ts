import assert from 'node:assert/strict'
import { DECLINE_CLASSES, type Decline } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { NO_MONEY } from '../money.ts'
import { performFrom } from '../performing.ts'
import { inWords } from '../world.ts'

/** Words that tell a thief that the card is known. */
const TELLING = /fraud|stolen|lost card|lost_card|blacklist|pick ?up|security violation|suspect/i
const CODE = /^[a-z][a-z0-9_]{0,63}$/
const LONGEST = 200

const expectBuyerSafe = (decline: Decline): void => {
  const { class: kind, code, message } = decline
  const told = `the decline '${code}' of class ${kind}`
  assert.ok(DECLINE_CLASSES.includes(kind), `${told} has a class that Florin does not know`)
  assert.match(code, CODE, `${told} has a code that is not a short snake_case word of Florin's`)
  assert.ok(message.length > 0 && message.length <= LONGEST, `${told} has a message of ${message.length} characters`)
  assert.ok(!/\d{4,}/.test(message), `${told} has digits in its message, which the buyer may see`)
  assert.ok(
    decline.gatewayCode === null || !message.includes(decline.gatewayCode) || !decline.gatewayCode.includes('_'),
    `${told} shows the provider's own code to the buyer`,
  )
  if (kind === 'hard' || kind === 'fraud') assert.doesNotMatch(message, TELLING, `${told} tells a thief too much`)
}

/** Cases of being refused. */
export const declineCases: CaseRuns<'declines.classes' | 'declines.credentials'> = {
  'declines.classes': worldly(async ({ harness, can, gateway, make, run, settle, moved }) => {
    assert.ok(harness.methods.declined.length > 0, 'the harness names no method that is declined')
    for (const { method, class: expected } of harness.methods.declined) {
      const command = make.charge(can.separateCapture ? 'authorize' : 'sale', { method })
      const { answer, steps } = await run(command)
      const settled = await settle(command, answer)
      assert.ok(settled.effect === 'rejected', `a charge to be declined (${expected}) is ${inWords(settled)}`)
      assert.equal(
        settled.decline.class,
        expected,
        `the decline '${settled.decline.gatewayCode}' is read as ${settled.decline.class}, and the harness says ${expected}`,
      )
      expectBuyerSafe(settled.decline)
      assert.deepEqual(moved(command.attempt), NO_MONEY, `a declined charge (${expected}) holds money`)
      if (gateway.capabilities.keyRetentionMs === 0) continue
      const again = await settle(command, (await performFrom(gateway, steps.at(-1) ?? steps[0])).answer)
      const fits = again.effect === 'rejected' || again.effect === 'unknown'
      assert.ok(fits, `a decline (${expected}) that is sent again is ${inWords(again)}`)
      assert.deepEqual(moved(command.attempt), NO_MONEY, `a decline (${expected}) that is sent again holds money`)
    }
  }),
  'declines.credentials': worldly(async ({ harness, can, another, make, provider }) => {
    const stranger = another((double, url) => harness.variants?.wrongCredential?.(double, url) ?? assert.fail())
    const command = make.charge(can.separateCapture ? 'authorize' : 'sale', { account: stranger.accounts[0] })
    const { answer } = await performFrom(stranger, { command, request: stranger.request(command) })
    const fits =
      answer.effect === 'unknown' || (answer.effect === 'rejected' && answer.decline.class === 'configuration')
    assert.ok(fits, `a charge with wrong credentials is ${inWords(answer)}`)
    assert.deepEqual(provider.books(), [], 'a charge with wrong credentials stands in the provider’s books')
  }),
}
