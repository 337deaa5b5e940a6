import assert from 'node:assert/strict'
import type { ChargeCommand, Command, Target } from '@florin/core/gateways'
import { type Moved, NO_MONEY } from './money.ts'
import { type GatewayWorld, inWords } from './world.ts'

/** A command that is ready to be given, and what it is to do. */
export interface ReadyDeed {
  readonly command: Exclude<Command, { kind: 'lookup' }>
  /** The reference of the charge that it makes or changes. */
  readonly reference: string
  /** What the charge's money is before and after it. */
  readonly before: Moved
  readonly after: Moved
}

/** One kind of change, with all that has to stand before it can be made. */
export interface Deed {
  readonly name: string
  possible(world: GatewayWorld): boolean
  ready(world: GatewayWorld): Promise<ReadyDeed>
}

const held = (authorized: bigint): Moved => ({ authorized, captured: 0n, refunded: 0n })
const taken = (captured: bigint, refunded = 0n): Moved => ({ authorized: captured, captured, refunded })

/** A charge that waits for the buyer. */
export interface Waiting {
  readonly command: ChargeCommand
  readonly target: Target & { readonly gatewayId: string }
  /** Does what the buyer's browser would, and gives what it brings back. */
  answer(outcome: 'confirm' | 'fail'): Promise<Readonly<Record<string, string>>>
}

/** Charges the harness's challenge method. */
export const waitingCharge = (world: GatewayWorld): Promise<Waiting> => {
  const method = world.harness.methods.challenge
  assert.ok(method, 'the harness names no challenge method')
  return waitingFor(world, world.make.charge(world.can.separateCapture ? 'authorize' : 'sale', { method }))
}

/** Gives a charge that has to wait for the buyer. */
export const waitingFor = async (world: GatewayWorld, command: ChargeCommand): Promise<Waiting> => {
  const { provider } = world
  const { answer } = await world.run(command)
  assert.ok(
    answer.effect === 'pending' && answer.awaits === 'customer',
    `a charge by ${command.method.brand ?? command.method.type} that waits for the buyer is ${inWords(answer)}; right would be pending, awaiting the customer`,
  )
  const { action, gatewayId } = answer
  assert.ok(action, 'the pending answer has no action, so the buyer cannot be sent anywhere')
  return {
    command,
    target: { attempt: command.attempt, gatewayId },
    answer: (outcome) => provider.answerChallenge(action, outcome),
  }
}

/** A hold, and its cancel; `naming` is how the cancel names it. */
const readyCancel = async (
  { make, amount, charged }: GatewayWorld,
  naming: (target: Target) => Target,
): Promise<ReadyDeed> => {
  const { command: charge, target } = await charged('authorize')
  const command = make.cancel(naming(target), amount)
  return { command, reference: charge.attempt, before: held(amount), after: NO_MONEY }
}

/** Every kind of command that changes something at a gateway. */
export const DEEDS: readonly Deed[] = [
  {
    name: 'authorize',
    possible: ({ can }) => can.separateCapture,
    async ready({ make, amount }) {
      const command = make.charge('authorize')
      return { command, reference: command.attempt, before: NO_MONEY, after: held(amount) }
    },
  },
  {
    name: 'sale',
    possible: () => true,
    async ready({ make, amount }) {
      const command = make.charge('sale')
      return { command, reference: command.attempt, before: NO_MONEY, after: taken(amount) }
    },
  },
  {
    name: 'capture',
    possible: ({ can }) => can.separateCapture,
    async ready({ make, amount, can, charged }) {
      const { command: charge, target } = await charged('authorize')
      const part = can.partialCapture ? (amount * 4n) / 10n : amount
      const command = make.capture(target, part)
      return { command, reference: charge.attempt, before: held(amount), after: taken(part) }
    },
  },
  {
    name: 'cancel',
    possible: ({ can }) => can.separateCapture && can.reverseBy.includes('gateway_id'),
    ready: (world) => readyCancel(world, (target) => target),
  },
  {
    name: 'cancel by reference',
    possible: ({ can }) => can.separateCapture && can.reverseBy.includes('reference'),
    ready: (world) => readyCancel(world, (target) => ({ ...target, gatewayId: null })),
  },
  {
    name: 'refund',
    possible: ({ can }) => can.refund,
    async ready(world) {
      const { make, amount, can } = world
      const { command: charge, target, capture } = await world.taken()
      const part = can.partialRefund ? (amount * 3n) / 10n : amount
      const command = make.refund(target, part, capture)
      return { command, reference: charge.attempt, before: taken(amount), after: taken(amount, part) }
    },
  },
  {
    name: 'increment',
    possible: ({ can }) => can.increment,
    async ready({ make, amount, charged }) {
      const { command: charge, target } = await charged('authorize')
      const by = amount / 5n
      const command = make.increment(target, amount + by, by)
      return { command, reference: charge.attempt, before: held(amount), after: held(amount + by) }
    },
  },
  {
    name: 'complete',
    possible: ({ harness }) => harness.methods.challenge !== undefined,
    async ready(world) {
      const { make, amount, can } = world
      const { command: charge, target, answer } = await waitingCharge(world)
      const command = make.complete(charge, target, await answer('confirm'))
      const after = can.separateCapture ? held(amount) : taken(amount)
      return { command, reference: charge.attempt, before: NO_MONEY, after }
    },
  },
]

/** The deeds that the adapter can do, by its own word. */
export const deedsOf = (world: GatewayWorld): readonly Deed[] => DEEDS.filter((deed) => deed.possible(world))
