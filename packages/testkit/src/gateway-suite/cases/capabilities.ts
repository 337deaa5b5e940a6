import assert from 'node:assert/strict'
import { isPayable, METHOD_TYPES, type MethodCapabilities, type MethodType } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { NO_MONEY } from '../money.ts'
import { expectRefused } from '../refused.ts'
import type { GatewayWorld } from '../world.ts'

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

/** What can be done only where something else can. */
const NEEDS_OTHER = [
  ['multiCapture', 'separateCapture'],
  ['partialCapture', 'separateCapture'],
  ['increment', 'separateCapture'],
  ['multiCapture', 'partialCapture'],
  ['partialRefund', 'refund'],
] as const satisfies readonly (readonly [keyof MethodCapabilities, keyof MethodCapabilities])[]

/** Cases of what an adapter says about itself. */
export const capabilityCases: CaseRuns<'capabilities.sane' | 'capabilities.honest'> = {
  'capabilities.sane': worldly(async ({ gateway }) => {
    const { name, accounts, capabilities } = gateway
    assert.match(name, /^[a-z][a-z0-9_-]{0,31}$/, `the gateway's name '${name}' is not a short lower-case word`)
    assert.ok(accounts.length > 0 && new Set(accounts).size === accounts.length, 'the accounts are not distinct names')
    const { methods, currencies, lookupBy, keyRetentionMs, absenceAfterMs } = capabilities
    assert.ok(Object.keys(methods).length > 0, 'capabilities.methods is empty')
    for (const [type, can] of Object.entries(methods)) {
      for (const [field, needed] of NEEDS_OTHER) {
        const fits = !can[field] || can[needed]
        assert.ok(fits, `capabilities.methods.${type}.${field} is true, and ${needed}, which it needs, is false`)
      }
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
      `capabilities.keyRetentionMs is ${keyRetentionMs}: under an hour nothing can be sent again safely; 0 says that there are no keys`,
    )
    assert.ok(
      keyRetentionMs > 0 || lookupBy.length > 0 || capabilities.webhooks,
      'capabilities.keyRetentionMs is 0 (no idempotency keys), lookupBy is empty and webhooks is false: nobody can find out what became of a lost answer',
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
