import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Answer } from '@florin/core/gateways'
import { type CaseRun, type CaseRuns, worldly } from '../case-run.ts'
import { DEEDS, type Deed, deedsOf, type ReadyDeed } from '../deeds.ts'
import { movedUnder } from '../money.ts'
import { named } from '../named.ts'
import { firstStep, performFrom, sendStep } from '../performing.ts'
import type { WireFault } from '../proxy/wire-fault.ts'
import { type GatewayWorld, inWords, inWorld } from '../world.ts'

const TRIES = 3 // on a machine so busy that a deadline passes before the connection stands

/** How many requests a deed takes when nothing fails: each of them is one that may. */
export const requestsOf = async (world: GatewayWorld, deed: Deed): Promise<number> => {
  const { command } = await deed.ready(world)
  return (await world.run(command)).steps.length
}

/** What became of a deed whose n-th request met a fault. */
interface Struck {
  readonly ready: ReadyDeed
  readonly answer: Answer
  /** Sends the last request again, byte for byte, and goes on from there. */
  again(): Promise<Answer>
}

/** Strikes the n-th request of a deed. */
export const strikeDeed = async (
  world: GatewayWorld,
  deed: Deed,
  fault: WireFault,
  nth = 0,
  withinMs?: number,
): Promise<Struck> => {
  const { gateway, proxy } = world
  const ready = await deed.ready(world)
  proxy.arm(fault, nth)
  const { last, answer } = await performFrom(gateway, firstStep(gateway, ready.command), withinMs)
  await proxy.quiet()
  proxy.disarm()
  return { ready, answer, again: async () => (await performFrom(gateway, last)).answer }
}

/** After a lost answer: nobody may claim to know, and the same bytes bring the effect about once. */
const expectOnce = async (
  world: GatewayWorld,
  deed: Deed,
  told: string,
  { ready, answer, again }: Struck,
): Promise<void> => {
  const { command, reference, before, after } = ready
  assert.equal(answer.effect, 'unknown', `${named(deed.name)} ${told} is ${inWords(answer)}; right would be unknown`)
  const found = world.moved(reference)
  const either = [before, after].some((each) => JSON.stringify(strings(each)) === JSON.stringify(strings(found)))
  assert.ok(either, `${named(deed.name)} ${told} left the charge with ${JSON.stringify(strings(found))}`)
  if (world.gateway.capabilities.keyRetentionMs === 0) return
  const settled = await world.settle(command, await again())
  assert.ok(settled.effect === 'applied', `${named(deed.name)} ${told}, sent again, is ${inWords(settled)}`)
  world.expectMoved(reference, after, `after ${named(deed.name)} ${told} was sent again`)
}

const strings = (moved: object): object =>
  Object.fromEntries(Object.entries(moved).map(([name, value]) => [name, `${value}`]))

/** Every request of every deed meets the fault. */
const eachRequest = (told: string, fault: WireFault): CaseRun =>
  worldly(async (world) => {
    for (const deed of deedsOf(world)) {
      const requests = await requestsOf(world, deed)
      for (let nth = 0; nth < requests; nth++)
        await expectOnce(world, deed, told, await strikeDeed(world, deed, fault, nth))
    }
  })

/** A port at which nobody listens. */
const closedPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

const SLOW_MS = 400

/** A deadline that passes while the provider has done it already; tried again where the machine was too slow even to connect. */
const slowRequest = async (world: GatewayWorld, deed: Deed, nth: number): Promise<void> => {
  for (let tries = 1; ; tries++) {
    const struck = await strikeDeed(world, deed, { how: 'silence' }, nth, SLOW_MS * tries)
    if (struck.answer.effect === 'not_sent' && tries < TRIES) continue
    return expectOnce(world, deed, 'whose answer did not come in time', struck)
  }
}

const ERRORS = [500, 502, 503, 504] as const

/** Cases of what fails on the way: each ends in the effect that can be proved, and nothing happens twice. */
export const effectCases: CaseRuns<
  | 'effects.refused_connection'
  | 'effects.unknown_account'
  | 'effects.reset_before'
  | 'effects.reset_after'
  | 'effects.cut_body'
  | 'effects.cut_text'
  | 'effects.error_after'
  | 'effects.slow'
> = {
  'effects.refused_connection': worldly(async (world) => {
    const { harness, another, provider, proxy } = world
    const url = new URL(proxy.url)
    url.port = String(await closedPort())
    const cutOff = another((double, at) => harness.gateway(double, at), url.toString().replace(/\/$/, ''))
    for (const deed of deedsOf(world)) {
      const { command, reference } = await deed.ready(world)
      const asked = provider.mutations()
      const before = movedUnder(provider, reference) // of a `complete`, the buyer may have moved the money already
      const { answer } = await sendStep(cutOff, firstStep(cutOff, command))
      assert.equal(answer.effect, 'not_sent', `${named(deed.name)} over a refused connection is ${inWords(answer)}`)
      assert.equal(provider.mutations(), asked, `${named(deed.name)} over a refused connection reached the provider`)
      world.expectMoved(reference, before, `after ${named(deed.name)} over a refused connection`)
    }
  }),
  'effects.unknown_account': worldly(async ({ gateway, make, can, proxy }) => {
    const request = gateway.request(make.charge(can.separateCapture ? 'authorize' : 'sale'))
    const context = { account: 'an_account_of_nobody', deadline: Date.now() + 10_000 }
    const sent = await gateway.transport.send(request, context).catch((error: unknown) => {
      assert.fail(`\`send\` rejects with ${error instanceof Error ? error.name : typeof error}; it must never throw`)
    })
    const told = `a request for an account that is not configured is ${sent.outcome}`
    assert.equal(sent.outcome, 'not_sent', `${told}; right would be not_sent`)
    assert.equal(proxy.seen.length, 0, `${told}, and was sent with the credentials of another`)
  }),
  'effects.reset_before': eachRequest('whose connection was reset before it arrived', { how: 'reset_before' }),
  'effects.reset_after': eachRequest('whose connection was reset after it took effect', { how: 'reset_after' }),
  'effects.cut_body': eachRequest('whose answer broke off', { how: 'cut_body' }),
  'effects.cut_text': eachRequest('whose answer is half a text', { how: 'cut_text' }),
  'effects.error_after': worldly(async (world) => {
    for (const deed of deedsOf(world)) {
      const requests = await requestsOf(world, deed)
      for (let nth = 0; nth < requests; nth++) {
        for (const status of ERRORS) {
          const fault: WireFault = { how: 'forge', answer: { status, body: '{"error":"internal"}' } }
          const told = `whose request ${nth + 1} is answered ${status}`
          await expectOnce(world, deed, told, await strikeDeed(world, deed, fault, nth))
        }
      }
    }
  }),
  'effects.slow': async (harness) => {
    // Each in a world of its own, and all at once: they do nothing but wait.
    const slow = (deed: Deed): Promise<void> =>
      inWorld(harness, async (world) => {
        const requests = deed.possible(world) ? await requestsOf(world, deed) : 0
        for (let nth = 0; nth < requests; nth++) await slowRequest(world, deed, nth)
      })
    await Promise.all(DEEDS.map(slow))
  },
}
