import assert from 'node:assert/strict'
import { type Command, isFlorinError, isPayable, METHOD_TYPES, type MethodType } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { NO_MONEY } from '../money.ts'
import { type GatewayWorld, inWords } from '../world.ts'

const REFUSALS = ['invalid_request', 'unsupported', 'currency_not_supported', 'amount_too_large'] as const

/** Gives a command that must not take effect: `request` throws, or the provider refuses. */
const expectRefused = async (world: GatewayWorld, command: Command, told: string): Promise<void> => {
  try {
    const { answer } = await world.run(command)
    const settled = await world.settle(command, answer)
    const fits = settled.effect === 'rejected' || settled.effect === 'unknown' || settled.effect === 'absent'
    assert.ok(fits, `${told} is ${inWords(settled)}, and no capability says that it can be`)
  } catch (error) {
    if (!isFlorinError(error)) throw error
    const fits = REFUSALS.some((code) => code === error.code)
    assert.ok(fits, `${told} throws '${error.code}' from \`request\`; right would be 'invalid_request'`)
  }
}

const MISSING_TYPES = (world: GatewayWorld): readonly MethodType[] =>
  METHOD_TYPES.filter((type) => world.gateway.capabilities.methods[type] === undefined)

const refusedCharges = async (world: GatewayWorld): Promise<void> => {
  const { make, gateway, can, harness } = world
  const kind = can.separateCapture ? 'authorize' : 'sale'
  const expectNothing = async (command: ReturnType<typeof make.charge>, told: string): Promise<void> => {
    await expectRefused(world, command, told)
    world.expectMoved(command.attempt, NO_MONEY, `after ${told}`)
  }
  for (const type of MISSING_TYPES(world)) {
    const method = { type, token: harness.methods.approved.token }
    await expectNothing(make.charge(kind, { method }), `a charge by ${type}`)
  }
  if (gateway.capabilities.currencies !== 'all')
    await expectNothing(make.charge(kind, { currency: 'XTS' }), 'a charge in XTS')
  for (const method of harness.methods.others ?? []) {
    if (gateway.capabilities.methods[method.type]?.separateCapture === false)
      await expectNothing(make.charge('authorize', { method }), `an authorization by ${method.type}`)
  }
}

/** Cases of what an adapter says about itself. */
export const capabilityCases: CaseRuns<'capabilities.sane' | 'capabilities.honest'> = {
  'capabilities.sane': worldly(async ({ gateway }) => {
    const { name, accounts, capabilities } = gateway
    assert.match(name, /^[a-z][a-z0-9_-]{0,31}$/, `the gateway's name '${name}' is not a short lower-case word`)
    assert.ok(accounts.length > 0 && new Set(accounts).size === accounts.length, 'the accounts are not distinct names')
    const { methods, currencies, lookupBy, keyRetentionMs, absenceAfterMs } = capabilities
    assert.ok(Object.keys(methods).length > 0, 'capabilities.methods is empty')
    for (const [type, can] of Object.entries(methods)) {
      const { separateCapture, multiCapture, partialCapture, increment, refund, partialRefund } = can
      const told = `capabilities.methods.${type}`
      assert.ok(
        separateCapture || !(multiCapture || partialCapture || increment),
        `${told} captures what it cannot hold`,
      )
      assert.ok(partialCapture || !multiCapture, `${told} has several captures, and none that is partial`)
      assert.ok(refund || !partialRefund, `${told} refunds in part, and not as a whole`)
    }
    for (const currency of currencies === 'all' ? [] : currencies)
      assert.ok(isPayable(currency), `capabilities.currencies has '${currency}', which is no currency to pay in`)
    assert.ok(currencies === 'all' || currencies.length > 0, 'capabilities.currencies is empty')
    for (const [field, value] of Object.entries({ keyRetentionMs, absenceAfterMs }))
      assert.ok(
        Number.isSafeInteger(value) && value >= 0,
        `capabilities.${field} is ${value}; it is whole milliseconds`,
      )
    assert.ok(
      keyRetentionMs === 0 || keyRetentionMs >= 3_600_000,
      `capabilities.keyRetentionMs is ${keyRetentionMs}: under an hour nothing can be sent again safely`,
    )
    assert.ok(
      keyRetentionMs > 0 || lookupBy.length > 0 || capabilities.webhooks,
      'without idempotency keys, lookups and webhooks nobody can find out what became of a lost answer',
    )
  }),
  'capabilities.honest': worldly(async (world) => {
    const { gateway, can, make, amount, expectMoved, charged, taken } = world
    await refusedCharges(world)
    const { lookupBy } = gateway.capabilities
    const unknownCharge = { attempt: make.attempt(), gatewayId: null }
    if (!lookupBy.includes('reference'))
      await expectRefused(world, make.lookup('sale', unknownCharge, amount), 'a lookup by reference')
    if (can.separateCapture) {
      const { command, target } = await charged('authorize')
      const held = { authorized: amount, captured: 0n, refunded: 0n }
      if (!can.increment) await expectRefused(world, make.increment(target, amount + 1n, 1n), 'an increment')
      if (!can.partialCapture) await expectRefused(world, make.capture(target, amount - 1n), 'a partial capture')
      if (!can.multiCapture) await expectRefused(world, make.capture(target, 1n, false), 'a capture that is not final')
      if (can.reverseBy.length === 0) await expectRefused(world, make.cancel(target, amount), 'a cancel')
      else if (!can.reverseBy.includes('reference'))
        await expectRefused(world, make.cancel({ ...target, gatewayId: null }, amount), 'a cancel by reference')
      expectMoved(command.attempt, held, 'after commands that are no capability')
    }
    if (can.refund && can.partialRefund) return
    const { command, target, capture } = await taken()
    await expectRefused(world, make.refund(target, can.refund ? 1n : amount, capture), 'a refund')
    expectMoved(
      command.attempt,
      { authorized: amount, captured: amount, refunded: 0n },
      'after a refund that is no capability',
    )
  }),
}
