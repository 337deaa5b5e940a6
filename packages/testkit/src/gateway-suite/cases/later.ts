import assert from 'node:assert/strict'
import type { Command, CommandMethod, GatewayFact } from '@florin/core/gateways'
import { expectBuyerSafe } from '../buyer-safe.ts'
import { type CaseRun, type CaseRuns, worldly } from '../case-run.ts'
import type { GatewayHarness } from '../harness.ts'
import { named } from '../named.ts'
import { type Applied, type Charged, type GatewayWorld, inWords } from '../world.ts'

type Operation = Extract<Command, { kind: 'capture' | 'refund' }>
type Kind = Operation['kind']
type Later = Required<NonNullable<GatewayHarness['later']>>

/** A charge, and the operation on it that is to be decided against. */
const prepared = async (
  world: GatewayWorld,
  kind: Kind,
  method: CommandMethod | null,
): Promise<{ readonly charge: Charged; readonly operation: Operation }> => {
  const { amount, can, charged, make } = world
  const over = method === null ? {} : { method }
  if (kind === 'capture') {
    const charge = await charged('authorize', over)
    return { charge, operation: make.capture(charge.target, amount) }
  }
  if (!can.separateCapture) {
    const charge = await charged('sale', over)
    return { charge, operation: make.refund(charge.target, amount) }
  }
  const charge = await charged('authorize', over)
  const capture = make.capture(charge.target, amount)
  const { gatewayId } = await world.succeed(capture)
  return { charge, operation: make.refund(charge.target, amount, { attempt: capture.attempt, gatewayId }) }
}

const possible = ({ can }: GatewayWorld, kind: Kind): boolean => (kind === 'capture' ? can.separateCapture : can.refund)

/** Whatever was decided against it moved nothing in the end. */
const expectNothingMoved = ({ moved }: GatewayWorld, kind: Kind, { command }: Charged): void => {
  const { captured, refunded } = moved(command.attempt)
  const kept = kind === 'capture' ? captured : refunded
  assert.equal(
    kept,
    0n,
    `the double has ${kept} in its books for ${named(kind)} that came to nothing: mend the harness`,
  )
}

/** A lookup must not say any more that it took effect. */
const expectNotFound = async (world: GatewayWorld, operation: Operation, gatewayId: string): Promise<void> => {
  const { gateway, make, run } = world
  if (!gateway.capabilities.lookupBy.includes('gateway_id')) return
  const { attempt, amount, kind, target } = operation
  const { answer } = await run(make.lookup(kind, { attempt, gatewayId }, amount, target))
  const fits = answer.effect === 'rejected' || answer.effect === 'unknown' || answer.effect === 'absent'
  assert.ok(fits, `a lookup of ${named(kind)} that came to nothing is ${inWords(answer)}`)
}

/** Accepted first, and refused by whoever decides. */
const refusedLater = (kind: Kind, hook: 'captureRefused' | 'refundRefused'): CaseRun =>
  worldly(async (world) => {
    if (!possible(world, kind)) return
    const { harness, provider, run, settle } = world
    const refuse = (harness.later as Later)[hook]
    const { charge, operation } = await prepared(world, kind, refuse(provider))
    const { answer } = await run(operation)
    const accepted = answer.effect === 'pending' && answer.awaits === 'gateway'
    assert.ok(accepted, `${named(kind)} that is accepted is ${inWords(answer)}; right would be pending`)
    const settled = await settle(operation, answer)
    const told = `${named(kind)} that was accepted, and then refused, ends ${inWords(settled)}`
    assert.ok(settled.effect === 'rejected', `${told}; right would be rejected`)
    expectBuyerSafe(settled.decline)
    expectNothingMoved(world, kind, charge)
    await expectNotFound(world, operation, answer.gatewayId)
  })

/** The webhooks about an operation, in the order in which they came. */
const newsOf = async ({ mailbox }: GatewayWorld, { attempt, kind }: Operation, gatewayId: string) =>
  (await mailbox.facts()).filter(
    (fact) => fact.of === kind && (fact.attempt === attempt || (fact.attempt === null && fact.gatewayId === gatewayId)),
  )

/** Of two facts about one thing the later one holds, so what undid it must not look older, and nothing may restore it afterwards. */
const expectUndone = (told: string, news: readonly GatewayFact[], operation: Operation, done: Applied): void => {
  const at = news.findIndex(({ answer }) => answer.effect === 'undone')
  const fact = news[at]
  const seen = news.map(({ answer }) => answer.effect).join(', ') || 'nothing'
  assert.ok(fact?.answer.effect === 'undone', `webhooks say of ${told}: ${seen}; right would be undone in the end`)
  expectBuyerSafe(fact.answer.decline)
  assert.equal(fact.gatewayId, done.gatewayId, `what undoes ${told} names another gatewayId than its answer`)
  const { amount, currency } = operation
  assert.ok(
    fact.amount === null || fact.amount === amount,
    `what undoes ${told} is about ${fact.amount}, not ${amount}`,
  )
  assert.ok(fact.currency === null || fact.currency === currency, `what undoes ${told} is in ${fact.currency}`)
  const restored = news.slice(at).some(({ answer }) => answer.effect === 'applied')
  assert.ok(!restored, `after ${told} was undone, a further webhook says that it is applied`)
  const before = news.slice(0, at).find(({ answer }) => answer.effect === 'applied')?.occurredAt ?? null
  const fits = before === null || fact.occurredAt === null || fact.occurredAt >= before
  assert.ok(fits, `what undoes ${told} has occurredAt ${fact.occurredAt}, before its success at ${before}`)
}

/** Done, and taken back by whoever decides. */
const takenBack = (kind: Kind, hook: 'captureFails' | 'refundFails'): CaseRun =>
  worldly(async (world) => {
    if (!possible(world, kind)) return
    const { harness, provider, gateway, succeed, mailbox } = world
    const { charge, operation } = await prepared(world, kind, null)
    const done = await succeed(operation)
    await mailbox.collect()
    const { gatewayId } = done
    ;(harness.later as Later)[hook](provider, { attempt: operation.attempt, gatewayId, charge: charge.target })
    const told = `${named(kind)} that succeeded, and then failed`
    await mailbox.collect()
    expectNothingMoved(world, kind, charge)
    if (gateway.capabilities.webhooks) expectUndone(told, await newsOf(world, operation, gatewayId), operation, done)
    await expectNotFound(world, operation, gatewayId)
  })

/** Cases of what banks and schemes decide once the provider has answered. */
export const laterCases: CaseRuns<
  'later.capture_refused' | 'later.refund_refused' | 'later.capture_fails' | 'later.refund_fails'
> = {
  'later.capture_refused': refusedLater('capture', 'captureRefused'),
  'later.refund_refused': refusedLater('refund', 'refundRefused'),
  'later.capture_fails': takenBack('capture', 'captureFails'),
  'later.refund_fails': takenBack('refund', 'refundFails'),
}
