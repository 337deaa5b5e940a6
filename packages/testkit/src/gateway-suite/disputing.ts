import assert from 'node:assert/strict'
import { createIds } from '@florin/core'
import type {
  DisputeAnswer,
  DisputeCommand,
  DisputeFact,
  DisputePort,
  GatewayRequest,
  GatewayResponse,
} from '@florin/core/gateways'
import { fakeClock, seededRandom } from '../clock/index.ts'
import type { HarnessDisputes } from './harness.ts'
import type { Charged, GatewayWorld } from './world.ts'

/** A world in which a charge was taken, and can be disputed. */
export interface DisputeWorld {
  readonly world: GatewayWorld
  readonly port: DisputePort
  readonly hooks: HarnessDisputes
  readonly charge: Charged
  /** Every id by which the charge may be called: its own, its capture's. */
  readonly names: readonly string[]
  /** What all webhooks so far say about disputes. */
  facts(): Promise<readonly DisputeFact[]>
  command(kind: DisputeCommand['kind'], dispute: string, amount: bigint): DisputeCommand
  /** `resent`: as if the first answer to each of its requests were lost. */
  perform(command: DisputeCommand, how?: { readonly resent: boolean }): Promise<DisputePerformance>
}

/** What came of an act: its last answer, and all that was sent for it. */
export interface DisputePerformance {
  readonly answer: DisputeAnswer
  readonly exchanges: readonly { readonly request: GatewayRequest; readonly response: GatewayResponse | null }[]
}

const STEPS_MAX = 20
const DEADLINE_MS = 10_000

const ids = createIds(fakeClock(), seededRandom(7))

const performing =
  ({ gateway }: GatewayWorld, port: DisputePort): DisputeWorld['perform'] =>
  async (command, { resent } = { resent: false }) => {
    const exchanges: { request: GatewayRequest; response: GatewayResponse | null }[] = []
    let request = port.request(command)
    let kept: Readonly<Record<string, string>> = {}
    const send = async (): Promise<GatewayResponse | null> => {
      const context = { account: command.account, deadline: Date.now() + DEADLINE_MS }
      const sent = await gateway.transport.send(request, context)
      const response = sent.outcome === 'answered' ? sent.response : null
      exchanges.push({ request, response })
      return response
    }
    for (let step = 0; step < STEPS_MAX; step += 1) {
      if (resent) await send()
      const response = await send()
      if (response === null) return { answer: { effect: 'unknown', reason: 'there is no answer' }, exchanges }
      const answer = port.read(response, command, step, kept)
      if (answer.effect !== 'next') return { answer, exchanges }
      request = answer.request
      kept = { ...kept, ...answer.keep }
    }
    assert.fail(`the ${command.kind} asks for more than ${STEPS_MAX} requests`)
  }

/** Takes a charge that can be disputed. Null where the gateway hears of nothing: then there is nothing to look at. */
export const disputable = async (world: GatewayWorld): Promise<DisputeWorld | null> => {
  const { gateway, harness, mailbox } = world
  const hooks = harness.disputes
  assert.ok(hooks, 'the harness gives no disputes')
  const port = gateway.disputes
  assert.ok(port, 'the gateway has no `disputes`, and the harness opens some: leave `disputes` out of one of them')
  if (!gateway.capabilities.webhooks) return null
  const charge = await world.taken()
  const read = async (): Promise<readonly DisputeFact[]> =>
    (await mailbox.collect()).flatMap((delivery) => {
      gateway.verify(delivery)
      return port.parse(delivery.body, delivery.account)
    })
  return {
    world,
    port,
    hooks,
    charge,
    names: [charge.target.gatewayId, charge.capture?.gatewayId ?? charge.target.gatewayId],
    facts: read,
    command(kind, dispute, amount) {
      const id = ids.make('dis')
      const evidence = kind === 'submit_evidence' ? hooks.evidence : { texts: {}, files: [] }
      const { account, currency } = charge.command
      return { kind, key: `${id}-${kind}`, account, dispute, id, amount, currency, reasonCode: null, ...evidence }
    },
    perform: performing(world, port),
  }
}

/** For messages: what facts report, in the order of their times. */
export const reportsOf = (facts: readonly DisputeFact[]): string =>
  [...facts]
    .sort((a, b) => (a.occurredAt ?? 0) - (b.occurredAt ?? 0))
    .map(({ report }) => report)
    .join(', ') || 'nothing'

const MONEY: ReadonlySet<string> = new Set(['withdrawn', 'reinstated'])

/** Of two things within one instant, the one further along its way came later. */
const furtherness = ({ report }: DisputeFact): number => (report === 'opened' ? 0 : report === 'under_review' ? 1 : 2)

/** Where a dispute stands: the newest report that is not about its money. Undefined where two are equally new and differ. */
export const standingOf = (facts: readonly DisputeFact[]): DisputeFact | undefined => {
  const told = facts.filter(({ report }) => !MONEY.has(report))
  const newest = Math.max(...told.map(({ occurredAt }) => occurredAt ?? 0))
  const last = told.filter(({ occurredAt }) => (occurredAt ?? 0) === newest)
  const furthest = Math.max(...last.map(furtherness))
  const ends = last.filter((fact) => furtherness(fact) === furthest)
  return new Set(ends.map(({ report }) => report)).size === 1 ? ends[0] : undefined
}

/** Why a fact is none that core can rely on; null where it is. */
export const disputeFault = (fact: DisputeFact): string | null => {
  const { dispute, amount, fee, currency, occurredAt, evidenceDueAt } = fact
  if (typeof dispute !== 'string' || dispute === '') return 'it names no dispute'
  if (amount !== null && (typeof amount !== 'bigint' || amount < 0n)) return `its amount is ${amount}`
  if (fee !== null && (typeof fee !== 'bigint' || fee < 0n)) return `its fee is ${fee}`
  if (currency !== null && !/^[A-Z]{3}$/.test(currency)) return 'its currency is no code of ISO 4217'
  for (const at of [occurredAt, evidenceDueAt])
    if (at !== null && !Number.isSafeInteger(at)) return `one of its times is ${at}`
  return null
}
