import assert from 'node:assert/strict'
import { DECLINE_POLICY, type Decline, schemeAdviceOf } from '@florin/core/gateways'
import { expectBuyerSafe } from '../buyer-safe.ts'
import { type CaseRuns, worldly } from '../case-run.ts'
import { everyExchange } from '../exchanges.ts'
import { doctored } from '../json-leaves.ts'
import { NO_MONEY } from '../money.ts'
import { performFrom } from '../performing.ts'
import { inJson, reread } from '../rereading.ts'
import { inWords } from '../world.ts'

const UNHEARD_OF = { digits: '9870', upper: 'FLORIN_UNHEARD_OF', lower: 'florin_unheard_of' }

/** A code that looks as the provider's do, and is none of them. */
const unheardOf = (code: string): string =>
  /^\d+$/.test(code) ? UNHEARD_OF.digits : code === code.toUpperCase() ? UNHEARD_OF.upper : UNHEARD_OF.lower

/** The body with another code wherever the decline's own stands, as text or as a number; null where it stands nowhere. */
const withUnheardOf = (document: object, code: string): string | null => {
  const other = unheardOf(code)
  const body = doctored(document, ({ value }) =>
    value === code ? other : typeof value === 'number' && String(value) === code ? Number(other) : value,
  )
  return body === JSON.stringify(document) ? null : body
}

/** Whether a scheme said with it when to try again. */
const isAdvised = (decline: Decline): boolean =>
  ['mastercard', 'visa'].some((network) => schemeAdviceOf(network, decline) !== undefined)

/** Cases of being refused. */
export const declineCases: CaseRuns<'declines.classes' | 'declines.unknown_code' | 'declines.credentials'> = {
  'declines.classes': worldly(async ({ harness, can, gateway, make, run, settle, moved }) => {
    assert.ok(harness.methods.declined.length > 0, 'the harness names no method that is declined')
    for (const { method, class: expected } of harness.methods.declined) {
      const command = make.charge(can.separateCapture ? 'authorize' : 'sale', { method })
      const { answer, last } = await run(command)
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
      const again = await settle(command, (await performFrom(gateway, last)).answer)
      const fits = again.effect === 'rejected' || again.effect === 'unknown'
      assert.ok(fits, `a decline (${expected}) that is sent again is ${inWords(again)}`)
      assert.deepEqual(moved(command.attempt), NO_MONEY, `a decline (${expected}) that is sent again holds money`)
    }
  }),
  'declines.unknown_code': worldly(async (world) => {
    let found = 0
    for (const exchange of await everyExchange(world)) {
      const { name, answer } = exchange
      // A scheme's advice goes before the code, and an error that names no code has none that could be unknown.
      if (!name.startsWith('decline') || answer.effect !== 'rejected' || isAdvised(answer.decline)) continue
      const code = answer.decline.gatewayCode
      const body = code === null ? null : withUnheardOf(inJson(exchange).document, code)
      if (body === null) continue
      found += 1
      const told = `with a code that nobody knows in place of '${code}'`
      const read = reread(world, exchange, { body }, told)
      if (read.effect === 'unknown') continue
      assert.ok(read.effect === 'rejected', `a decline ${told} is ${inWords(read)}`)
      const { failovers, sameInstrument } = DECLINE_POLICY.classes[read.decline.class]
      assert.ok(
        failovers === 0 && !sameInstrument,
        `a decline ${told} is of class ${read.decline.class}, which Florin tries again; right would be hard`,
      )
      expectBuyerSafe(read.decline)
    }
    assert.ok(
      found > 0,
      'no decline that is answered at once has its `gatewayCode` in the answer; skip this case with that as the reason',
    )
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
