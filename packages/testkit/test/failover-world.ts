import {
  type CallOptions,
  createFlorin,
  ephemeralKeys,
  type Florin,
  type FlorinOptions,
  type PaymentView,
} from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import type { Storage } from '@florin/core/storage'
import {
  type Acquirer,
  type AcquirerOptions,
  createAcquirer,
  type FakeRuntime,
  fakeRuntime,
  type SandboxGateway,
  sandbox,
} from '@florin/testkit'
import { type Audited, audit, recover } from './audit.ts'
import { type AttemptCells, rows } from './rows.ts'
import { ONE_TRY, runOn, SECRET } from './world.ts'

/** The two gateways, in the order in which they are asked. */
export type Names = 'first' | 'second'
type Options = Omit<FlorinOptions<Record<Names, Gateway>>, 'storage' | 'gateways'>
/** A payment to create at either of them. */
export type CreateInput = Parameters<Florin<Names>['payments']['create']>[0]

/** What differs between two processes. */
export interface Parts {
  readonly storage?: (inner: Storage) => Storage
  readonly gateway?: (inner: SandboxGateway, name: Names) => Gateway
  readonly runtime?: FakeRuntime
  readonly options?: Options
}

/** What such a world may be told. */
export interface FailoverWorldOptions extends Parts {
  readonly seed?: number
  readonly acquirer?: AcquirerOptions
  /** Whose webhooks arrive; true: those of both. */
  readonly webhooks?: boolean | Names
}

/** Florin between two acquirers, on one clock that stands still until it is moved. */
export interface FailoverWorld extends Audited {
  readonly florin: Florin<Names>
  readonly first: Acquirer
  readonly second: Acquirer
  readonly runtime: FakeRuntime
  readonly inner: Storage
  readonly errors: unknown[]
  run<T>(work: Promise<T>, mostMs?: number): Promise<T>
  pay(input?: Partial<CreateInput>, options?: CallOptions): Promise<PaymentView>
  get(id: string): Promise<PaymentView>
  /** The types of a payment's events, in order. */
  story(id: string): Promise<readonly string[]>
  /** Its charges as they stand: `first authorize rejected`. */
  charges(id: string): Promise<readonly string[]>
  /** Heals everything, recovers, and audits. */
  end(): Promise<void>
  another(parts?: Parts): Promise<Florin<Names>>
}

/** A card with a token at each gateway. */
export const cards = (first = 'tok_approve', second = 'tok_approve') =>
  ({ type: 'card', tokens: { first, second } }) as const

/** The merchant's opt-in to leave an authorisation of which nobody knows. */
export const OPTED_IN = { failover: { onUnknown: true } } as const

const IN_ORDER = { rules: [{ id: 'in-order', use: ['first', 'second'] }] } as const

let references = 0

/** A create for a new order of 100 euros, with whatever else is given. */
export const order = (input: Partial<CreateInput> = {}): CreateInput => {
  references += 1
  return { reference: `failover-${references}`, amount: '100.00', currency: 'EUR', method: cards(), ...input }
}

export const failoverWorld = async (given: FailoverWorldOptions = {}): Promise<FailoverWorld> => {
  const runtime = fakeRuntime({ seed: given.seed ?? 1 })
  const { clock, scheduler, random } = runtime
  const acquire = (): Acquirer => createAcquirer({ clock, scheduler, webhookSecret: SECRET, random, ...given.acquirer })
  const [first, second] = [acquire(), acquire()]
  const inner = memoryStorage()
  const keys = ephemeralKeys(random)
  const errors: unknown[] = []
  const another = (parts: Parts = {}): Promise<Florin<Names>> => {
    const gatewayOf = (name: Names, acquirer: Acquirer): Gateway => {
      const gateway = sandbox({ acquirer, scheduler: (parts.runtime ?? runtime).scheduler })
      return parts.gateway?.(gateway, name) ?? gateway
    }
    const making = createFlorin({
      keys,
      onError: (error: unknown) => void errors.push(error),
      runtime: parts.runtime ?? runtime,
      resilience: ONE_TRY,
      routing: IN_ORDER,
      ...given.options,
      ...parts.options,
      storage: parts.storage?.(inner) ?? inner,
      gateways: { first: gatewayOf('first', first), second: gatewayOf('second', second) },
    })
    return runOn(runtime, making)
  }
  const florin = await another(given)
  const run = <T>(work: Promise<T>, mostMs?: number): Promise<T> => runOn(runtime, work, mostMs)
  const made: FailoverWorld = {
    ...{ florin, first, second, runtime, inner, errors, run, another },
    acquirers: [first, second],
    pay: (input = {}, options) => run(florin.payments.create(order(input), options)),
    get: (id) => run(florin.payments.get(id)),
    story: async (id) => (await run(florin.payments.timeline(id))).entries.map(({ type }) => type),
    charges: async (id) =>
      (await rows<AttemptCells & { gateway: string }>(inner, 'attempts'))
        .filter((one) => one.payment === id && (one.kind === 'authorize' || one.kind === 'sale'))
        .map(({ gateway, kind, state }) => `${gateway} ${kind} ${state}`),
    advance: (ms) => scheduler.advance(ms),
    tick: async () => void (await run(florin.tick())),
    end: async () => {
      await recover(made)
      await audit(made)
    },
  }
  for (const [gateway, acquirer] of Object.entries({ first, second })) {
    if (given.webhooks !== true && given.webhooks !== gateway) continue
    acquirer.onWebhook(async (delivery) => void (await florin.webhooks.receive({ gateway, ...delivery })))
  }
  return made
}
