import assert from 'node:assert/strict'
import type { Answer, LookupCommand, Target } from '@florin/core/gateways'
import { type CaseRuns, worldly } from '../case-run.ts'
import { deedsOf, type ReadyDeed, waitingCharge } from '../deeds.ts'
import { tell } from '../money.ts'
import { named } from '../named.ts'
import { firstStep, furtherStep, performFrom, sendStep } from '../performing.ts'
import type { ForgedAnswer } from '../proxy/wire-fault.ts'
import { type GatewayWorld, inWords } from '../world.ts'
import { HTML, JUNK_ANSWERS } from '../wrong-bytes.ts'

const lookupsBy = ({ gateway }: GatewayWorld, way: 'gateway_id' | 'reference'): boolean =>
  gateway.capabilities.lookupBy.includes(way)

/** The lookup of a deed that was done, as core would ask it. */
const lookupOf = ({ make }: GatewayWorld, { command }: ReadyDeed, gatewayId: string | null): LookupCommand => {
  const of = command.kind === 'complete' ? 'authorize' : command.kind
  const parent: Target | null = 'target' in command && command.kind !== 'complete' ? command.target : null
  return make.lookup(of, { attempt: command.attempt, gatewayId }, command.amount, parent)
}

/** Does each deed in turn, and hands its outcome to `check`. */
const eachDone = async (
  world: GatewayWorld,
  check: (name: string, deed: ReadyDeed, gatewayId: string, amount: bigint) => Promise<void>,
): Promise<void> => {
  for (const deed of deedsOf(world)) {
    if (deed.name === 'complete') continue // its charge is looked up as an authorization or a sale
    const ready = await deed.ready(world)
    const { gatewayId, amount } = await world.succeed(ready.command)
    await check(deed.name, ready, gatewayId, amount ?? ready.command.amount)
  }
}

const FAILED: readonly ForgedAnswer[] = [...JUNK_ANSWERS, { status: 404, body: HTML }, { status: 500, body: '' }]

/** What may be said of a command whose next request was not sent: what the books say already, or nothing. */
const fitsBetween = ({ effect }: Answer, moved: boolean): boolean =>
  effect === 'unknown' || (moved ? effect === 'applied' : effect === 'absent')

/** Asks in every way what became of a deed between two of its requests, and goes on. */
const askedBetween = async (world: GatewayWorld, name: string, ready: ReadyDeed): Promise<void> => {
  const { gateway, provider, moved, run, settle } = world
  const first = firstStep(gateway, ready.command)
  const { answer } = await sendStep(gateway, first)
  if (answer.effect !== 'next') return // one request is all
  const { gatewayId, request } = answer.step
  const books = moved(ready.reference)
  for (const way of gateway.capabilities.lookupBy) {
    const asked = provider.mutations()
    const said = (await run(lookupOf(world, ready, way === 'gateway_id' ? gatewayId : null))).answer
    const told = `a lookup by ${way} between the two requests of ${named(name)}`
    const fits = fitsBetween(said, tell(books) !== tell(ready.before))
    assert.ok(fits, `${told} is ${inWords(said)}, though its second request is still to come (${tell(books)})`)
    assert.equal(provider.mutations(), asked, `${told} asked the provider to change something`)
  }
  const rest = await performFrom(gateway, furtherStep(first, request, 1))
  const ended = await settle(ready.command, rest.answer)
  assert.ok(ended.effect === 'applied', `${named(name)} that was looked up between its requests is ${inWords(ended)}`)
  world.expectMoved(ready.reference, ready.after, `after ${named(name)} that was looked up between its requests`)
}

/** Cases of asking what became of a command. */
export const lookupCases: CaseRuns<
  | 'lookup.by_id'
  | 'lookup.by_reference'
  | 'lookup.undecided'
  | 'lookup.between_requests'
  | 'lookup.canceled'
  | 'lookup.absent'
  | 'lookup.failed'
> = {
  'lookup.by_id': worldly(async (world) => {
    if (!lookupsBy(world, 'gateway_id')) return
    await eachDone(world, async (name, ready, gatewayId, amount) => {
      const before = world.moved(ready.reference)
      const { answer } = await world.run(lookupOf(world, ready, gatewayId))
      assert.ok(answer.effect === 'applied', `a lookup of an applied ${name} is ${inWords(answer)}`)
      assert.equal(answer.gatewayId, gatewayId, `a lookup of ${named(name)} gives another gatewayId than its answer`)
      assert.equal(answer.amount ?? amount, amount, `a lookup of ${named(name)} gives another amount than its answer`)
      world.expectMoved(ready.reference, before, `after a lookup of ${named(name)}`)
    })
  }),
  'lookup.by_reference': worldly(async (world) => {
    if (!lookupsBy(world, 'reference')) return
    await eachDone(world, async (name, ready, gatewayId) => {
      const { answer } = await world.run(lookupOf(world, ready, null))
      if (name === 'authorize' || name === 'sale') {
        assert.ok(answer.effect === 'applied', `a lookup by reference of an applied ${name} is ${inWords(answer)}`)
        assert.equal(answer.gatewayId, gatewayId, `a lookup by reference of ${named(name)} gives another gatewayId`)
      }
      const denied = answer.effect === 'absent' || answer.effect === 'rejected'
      assert.ok(!denied, `a lookup by reference of an applied ${name} is ${inWords(answer)}, though it took effect`)
    })
  }),
  'lookup.undecided': worldly(async (world) => {
    if (!lookupsBy(world, 'gateway_id')) return
    const { harness, make, run, can, amount } = world
    const of = can.separateCapture ? 'authorize' : 'sale'
    if (harness.methods.challenge !== undefined) {
      const { target } = await waitingCharge(world)
      const { answer } = await run(make.lookup(of, target, amount))
      const waits = answer.effect === 'pending' && answer.awaits === 'customer'
      assert.ok(waits, `a lookup of a charge that waits for the buyer is ${inWords(answer)}`)
    }
    for (const { method } of harness.methods.declined) {
      const command = make.charge(of, { method })
      const { answer: first } = await run(command)
      if (first.effect !== 'rejected' || first.gatewayId === undefined) continue // the provider keeps no declined charges
      const target = { attempt: command.attempt, gatewayId: first.gatewayId }
      const { answer } = await run(make.lookup(of, target, amount))
      assert.ok(answer.effect === 'rejected', `a lookup of a declined charge is ${inWords(answer)}`)
      assert.equal(answer.decline.class, first.decline.class, 'a lookup gives a decline another class than its answer')
    }
  }),
  'lookup.between_requests': worldly(async (world) => {
    for (const deed of deedsOf(world)) await askedBetween(world, deed.name, await deed.ready(world))
  }),
  'lookup.canceled': worldly(async (world) => {
    const { gateway, can, make, amount, run, charged, succeed } = world
    const [by] = can.reverseBy
    if (!can.separateCapture || by === undefined) return
    for (const way of gateway.capabilities.lookupBy) {
      const { target } = await charged('authorize')
      await succeed(make.cancel(by === 'reference' ? { ...target, gatewayId: null } : target, amount))
      const asked = way === 'reference' ? { ...target, gatewayId: null } : target
      const { answer } = await run(make.lookup('authorize', asked, amount))
      const over = answer.effect === 'rejected' || answer.effect === 'absent' || answer.effect === 'unknown'
      assert.ok(over, `a lookup by ${way} of a hold that was given back is ${inWords(answer)}, and nothing is held`)
    }
  }),
  'lookup.absent': worldly(async (world) => {
    const { make, run, can, amount } = world
    if (!lookupsBy(world, 'reference')) return
    const of = can.separateCapture ? 'authorize' : 'sale'
    const { answer } = await run(make.lookup(of, { attempt: make.attempt(), gatewayId: null }, amount))
    const fits = answer.effect === 'absent' || answer.effect === 'unknown'
    assert.ok(fits, `a lookup of a charge that never arrived is ${inWords(answer)}`)
  }),
  'lookup.failed': worldly(async (world) => {
    const { make, run, proxy, can, amount } = world
    const way = lookupsBy(world, 'gateway_id') ? 'gateway_id' : 'reference'
    if (!lookupsBy(world, way)) return
    const { target } = await world.charged(can.separateCapture ? 'authorize' : 'sale')
    const asked = way === 'gateway_id' ? target : { ...target, gatewayId: null }
    for (const answer of FAILED) {
      proxy.arm({ how: 'forge', answer })
      const { answer: read } = await run(make.lookup(can.separateCapture ? 'authorize' : 'sale', asked, amount))
      proxy.disarm()
      const told = `a lookup that is answered ${answer.status} ${JSON.stringify(String(answer.body).slice(0, 40))} is ${inWords(read)}`
      assert.equal(read.effect, 'unknown', `${told}; right would be unknown`)
    }
  }),
}
