import { createIds, type Id } from '@florin/core'
import type {
  CancelCommand,
  CaptureCommand,
  ChargeCommand,
  CommandMethod,
  CompleteCommand,
  IncrementCommand,
  LookupCommand,
  MutatingKind,
  RefundCommand,
  Target,
} from '@florin/core/gateways'
import { fakeClock, seededRandom } from '../clock/index.ts'

/** What commands of a world have in common. */
export interface CommandDefaults {
  readonly account: string
  readonly currency: string
  readonly amount: bigint
  readonly returnUrl: string
  readonly method: CommandMethod
}

/** Makes commands as Florin's flows do, each with an attempt and a key of its own. */
export interface CommandMaker {
  /** An attempt's id that no command has. */
  attempt(): Id<'att'>
  charge(kind: 'authorize' | 'sale', over?: Partial<Omit<ChargeCommand, 'kind'>>): ChargeCommand
  /** Of the very charge that it completes: its attempt, under a further key. */
  complete(charge: ChargeCommand, target: Target, payload: Readonly<Record<string, string>>): CompleteCommand
  capture(target: Target, amount: bigint, final?: boolean): CaptureCommand
  cancel(target: Target, amount: bigint): CancelCommand
  refund(target: Target, amount: bigint, capture?: Target | null): RefundCommand
  increment(target: Target, amount: bigint, by: bigint): IncrementCommand
  lookup(of: MutatingKind, target: Target, amount: bigint, parent?: Target | null): LookupCommand
}

let worlds = 0

/** Attempts and keys look alike in Florin; here they differ, so that an adapter that mixes them up is found. */
export const commandMaker = (defaults: CommandDefaults): CommandMaker => {
  worlds += 1
  const ids = createIds(fakeClock(), seededRandom(worlds))
  const { account, currency, amount, returnUrl, method } = defaults
  let keys = 0
  const attempt = (): Id<'att'> => ids.make('att')
  const common = (over: bigint) => {
    keys += 1
    return { attempt: attempt(), key: `key-${worlds}-${keys}-of-florin`, account, amount: over, currency }
  }
  return {
    attempt,
    charge(kind, over = {}) {
      const made = common(amount)
      return {
        kind,
        ...made,
        method,
        merchantReference: `order-${worlds}-${keys}`,
        returnUrl,
        description: 'Two florins',
        customer: { id: null, email: null, ip: null },
        ...over,
      }
    },
    complete: (charge, target, payload) => ({
      kind: 'complete',
      ...common(charge.amount),
      attempt: charge.attempt,
      currency: charge.currency,
      target,
      payload,
    }),
    capture: (target, over, final = true) => ({ kind: 'capture', ...common(over), target, final }),
    cancel: (target, over) => ({ kind: 'cancel', ...common(over), target }),
    refund: (target, over, capture = null) => ({ kind: 'refund', ...common(over), target, capture, reason: null }),
    increment: (target, over, by) => ({ kind: 'increment', ...common(over), target, by }),
    lookup: (of, target, over, parent = null) => ({
      kind: 'lookup',
      ...common(over),
      attempt: target.attempt,
      of,
      target,
      parent,
    }),
  }
}
