import assert from 'node:assert/strict'
import type {
  Answer,
  ChargeCommand,
  Command,
  CommandMethod,
  Gateway,
  MethodCapabilities,
  Target,
} from '@florin/core/gateways'
import type { ProviderDouble } from '../provider/index.ts'
import { type CommandMaker, commandMaker } from './command-maker.ts'
import type { GatewayHarness } from './harness.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { type Moved, movedUnder, tell } from './money.ts'
import { type Performance, performCommand } from './performing.ts'
import { type FaultProxy, startFaultProxy } from './proxy/fault-proxy.ts'

/** A success. */
export type Applied = Extract<Answer, { effect: 'applied' }>
/** A decided outcome. */
export type Decided = Exclude<Answer, { effect: 'next' }>

/** An adapter, the double of its provider, and the proxy between them, for one case. */
export interface GatewayWorld {
  readonly harness: GatewayHarness
  readonly provider: ProviderDouble
  readonly proxy: FaultProxy
  /** The adapter under test; it speaks through the proxy. */
  readonly gateway: Gateway
  readonly mailbox: Mailbox
  readonly make: CommandMaker
  readonly amount: bigint
  /** What the adapter says that the harness's main method can do. */
  readonly can: MethodCapabilities
  /** Another gateway on the same double, closed with the world. Its URL is the proxy's, unless another is given. */
  another(make: (provider: ProviderDouble, baseUrl: string) => Gateway, baseUrl?: string): Gateway
  run(command: Command): Promise<Performance>
  /** What an answer comes to: where the gateway decides later, what its webhook, or else a lookup, says. */
  settle(command: Command, answer: Answer): Promise<Decided>
  /** Runs a command that must succeed. */
  succeed(command: Command): Promise<Applied>
  /** A charge with the approved method that holds, or where that is no capability has taken, its amount. */
  charged(kind: ChargeCommand['kind'], over?: Partial<Omit<ChargeCommand, 'kind'>>): Promise<Charged>
  /** A charge with everything captured. */
  taken(): Promise<Charged & { readonly capture: Target | null }>
  moved(reference: string): Moved
  /** The books must say this about a reference. */
  expectMoved(reference: string, expected: Moved, when: string): void
}

/** A charge that stands at the provider. */
export interface Charged {
  readonly command: ChargeCommand
  readonly target: Target & { readonly gatewayId: string }
  readonly answer: Applied
}

/** For messages: what an answer says, in few words. */
export const inWords = (answer: Answer): string => {
  switch (answer.effect) {
    case 'unknown':
    case 'not_sent':
      return `${answer.effect} (${answer.reason})`
    case 'rejected':
      return `rejected (${answer.decline.class}, ${answer.decline.code})`
    case 'pending':
      return `pending, awaiting the ${answer.awaits}`
    default:
      return answer.effect
  }
}

const capabilitiesOf = (gateway: Gateway, { type }: CommandMethod): MethodCapabilities => {
  const can = gateway.capabilities.methods[type]
  assert.ok(can, `capabilities.methods has no '${type}', which the harness names as its approved method`)
  return can
}

const settling = (gateway: Gateway, mailbox: Mailbox, make: CommandMaker): GatewayWorld['settle'] => {
  const ask = async (command: Command, gatewayId: string): Promise<Answer | null> => {
    if (command.kind === 'lookup' || !gateway.capabilities.lookupBy.includes('gateway_id')) return null
    const of = command.kind === 'complete' ? 'authorize' : command.kind
    const parent = 'target' in command && command.kind !== 'complete' ? command.target : null
    const target = { attempt: command.attempt, gatewayId }
    return (await performCommand(gateway, make.lookup(of, target, command.amount, parent))).answer
  }
  return async (command, answer) => {
    assert.ok(answer.effect !== 'next', 'a command that is not at its end cannot be settled')
    if (answer.effect !== 'pending') return answer
    const { gatewayId, expiresAt } = answer
    assert.ok(gatewayId !== '', `the ${command.kind} is pending without a gatewayId`)
    assert.ok(
      expiresAt > Date.now(),
      `the ${command.kind} is pending until ${expiresAt}, which is past: UTC milliseconds`,
    )
    if (answer.awaits === 'customer') return answer
    const told = (await mailbox.about(command, answer.gatewayId))?.answer
    if (told?.effect === 'applied' || told?.effect === 'rejected') return told
    const found = await ask(command, answer.gatewayId)
    if (found?.effect === 'applied' || found?.effect === 'rejected') return found
    const asked = found === null ? 'it has no lookup' : `a lookup is ${inWords(found)}`
    assert.fail(
      `the ${command.kind} is pending, and nothing decides it: ${told === undefined ? 'no webhook is about it' : `its webhook is ${told.effect}`}, ${asked}`,
    )
  }
}

const openWorld = async (harness: GatewayHarness): Promise<GatewayWorld & { close(): Promise<void> }> => {
  const provider = await harness.open()
  const proxy = await startFaultProxy(provider.url)
  const gateways: Gateway[] = []
  const another: GatewayWorld['another'] = (make, baseUrl = proxy.url) => {
    const made = make(provider, baseUrl)
    gateways.push(made)
    return made
  }
  const gateway = another((double, url) => harness.gateway(double, url))
  const mailbox = openMailbox(provider, gateway)
  const amount = harness.amount ?? 10_000n
  const { currency, returnUrl, methods } = harness
  const make = commandMaker({ account: gateway.accounts[0], currency, amount, returnUrl, method: methods.approved })
  const can = capabilitiesOf(gateway, methods.approved)
  const settle = settling(gateway, mailbox, make)
  const succeed = async (command: Command): Promise<Applied> => {
    const { answer } = await performCommand(gateway, command)
    const settled = await settle(command, answer)
    assert.ok(settled.effect === 'applied', `a plain ${command.kind} ended ${inWords(settled)}, and not applied`)
    return settled
  }
  const charged: GatewayWorld['charged'] = async (kind, over) => {
    const command = make.charge(kind, over)
    const answer = await succeed(command)
    return { command, answer, target: { attempt: command.attempt, gatewayId: answer.gatewayId } }
  }
  const moved = (reference: string): Moved => movedUnder(provider, reference)
  return {
    harness,
    provider,
    proxy,
    gateway,
    mailbox,
    make,
    amount,
    can,
    another,
    run: (command) => performCommand(gateway, command),
    settle,
    succeed,
    charged,
    async taken() {
      if (!can.separateCapture) return { ...(await charged('sale')), capture: null }
      const held = await charged('authorize')
      const command = make.capture(held.target, amount)
      const { gatewayId } = await succeed(command)
      return { ...held, capture: { attempt: command.attempt, gatewayId } }
    },
    moved,
    expectMoved(reference, expected, when) {
      const found = moved(reference)
      assert.deepEqual(
        found,
        expected,
        `${when}: the provider's books say ${tell(found)}; right would be ${tell(expected)}`,
      )
    },
    async close() {
      await Promise.all(gateways.map((each) => each.transport.close?.()))
      await proxy.close()
      await provider.close()
    },
  }
}

/** Runs a case's body in a fresh world, and closes it. */
export const inWorld = async (harness: GatewayHarness, body: (world: GatewayWorld) => Promise<void>): Promise<void> => {
  const world = await openWorld(harness)
  try {
    await body(world)
  } finally {
    await world.close()
  }
}
