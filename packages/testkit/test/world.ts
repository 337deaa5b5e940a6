import {
  type CallOptions,
  createFlorin,
  ephemeralKeys,
  type Florin,
  type FlorinOptions,
  type KeyProvider,
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

export const SECRET = 'whsec_0123456789abcdef0123456789abcdef'

/** What a fault does is seen by itself; tests of retries say so. */
export const ONE_TRY = { retries: { policy: { kind: 'immediate', tries: 1 } } } as const

type Options = Omit<FlorinOptions<{ sandbox: Gateway }>, 'storage' | 'gateways'>

/** What a world may be told. */
export interface WorldOptions {
  readonly seed?: number
  readonly options?: Options
  readonly acquirer?: AcquirerOptions
  /** Wraps the storage that Florin sees. */
  readonly storage?: (inner: Storage) => Storage
  /** Wraps the gateway that Florin sees. */
  readonly gateway?: (inner: SandboxGateway) => Gateway
  /** Delivers the acquirer's webhooks to Florin. */
  readonly webhooks?: boolean
}

/** Florin, the acquirer and the storage behind it, all on one clock that stands still until it is moved. */
export interface World {
  florin: Florin<'sandbox'>
  readonly acquirer: Acquirer
  /** All of them: this world has one. */
  readonly acquirers: readonly Acquirer[]
  readonly runtime: FakeRuntime
  /** The storage as it is, beneath any wrapper. */
  readonly inner: Storage
  readonly keys: KeyProvider
  /** What Florin could tell no caller. */
  readonly errors: unknown[]
  /** Moves time only as far as `work` needs; gives up after `mostMs`. */
  run<T>(work: Promise<T>, mostMs?: number): Promise<T>
  /** The error that `work` is refused with. */
  refusal(work: Promise<unknown>): Promise<Error & { code?: string; details?: Record<string, unknown> }>
  pay(input?: Partial<CreateInput>, options?: CallOptions): Promise<PaymentView>
  get(id: string): Promise<PaymentView>
  advance(ms: number): Promise<void>
  tick(): Promise<void>
  /** Another Florin over the same storage and acquirer: a second process, or the one after a crash. */
  another(parts?: Parts): Promise<Florin<'sandbox'>>
}

export interface Parts {
  readonly storage?: (inner: Storage) => Storage
  readonly gateway?: (inner: SandboxGateway) => Gateway
  readonly runtime?: FakeRuntime
  readonly options?: Options
}

export type CreateInput = Parameters<Florin<'sandbox'>['payments']['create']>[0]

export const card = (token = 'tok_approve') => ({ type: 'card', token }) as const

/** Lets timers and promises go on until `done`, in steps small enough that nothing runs much past it. */
const pump = async (runtime: FakeRuntime, done: () => boolean, mostMs: number): Promise<void> => {
  const end = runtime.clock.now() + mostMs
  await runtime.scheduler.flush()
  while (!done() && runtime.clock.now() < end) await runtime.scheduler.advance(50)
}

/** Waits for `work` on the fake clock. */
export const runOn = async <T>(runtime: FakeRuntime, work: Promise<T>, mostMs = 200_000): Promise<T> => {
  let settled = false
  const end = (): void => {
    settled = true
  }
  work.then(end, end)
  await pump(runtime, () => settled, mostMs)
  if (!settled) throw new Error(`nothing happened for ${mostMs} ms of the clock`)
  return work
}

let references = 0

export const world = async (given: WorldOptions = {}): Promise<World> => {
  const runtime = fakeRuntime({ seed: given.seed ?? 1 })
  const { clock, scheduler } = runtime
  const acquirer = createAcquirer({
    clock,
    scheduler,
    webhookSecret: SECRET,
    random: runtime.random,
    ...given.acquirer,
  })
  const inner = memoryStorage()
  const keys = ephemeralKeys(runtime.random)
  const errors: unknown[] = []
  const another = async (parts: Parts = {}): Promise<Florin<'sandbox'>> => {
    const gateway = sandbox({ acquirer, scheduler: (parts.runtime ?? runtime).scheduler })
    const making = createFlorin({
      keys,
      onError: (error: unknown) => void errors.push(error),
      runtime: parts.runtime ?? runtime,
      resilience: ONE_TRY,
      ...given.options,
      ...parts.options,
      storage: parts.storage?.(inner) ?? inner,
      gateways: { sandbox: parts.gateway?.(gateway) ?? gateway },
    })
    return runOn(runtime, making)
  }
  const run = <T>(work: Promise<T>, mostMs?: number): Promise<T> => runOn(runtime, work, mostMs)
  const made: World = {
    florin: await another(given),
    acquirer,
    acquirers: [acquirer],
    runtime,
    inner,
    keys,
    errors,
    run,
    refusal: (work) =>
      run(
        work.then(
          (value) => Promise.reject(new Error(`it was not refused: ${JSON.stringify(value)}`)),
          (error) => error,
        ),
      ),
    pay: (input = {}, options) => run(made.florin.payments.create(order(input), options)),
    get: (id) => run(made.florin.payments.get(id)),
    advance: (ms) => scheduler.advance(ms),
    tick: async () => void (await run(made.florin.tick())),
    another,
  }
  if (given.webhooks === true) {
    acquirer.onWebhook(
      async (delivery) => void (await made.florin.webhooks.receive({ gateway: 'sandbox', ...delivery })),
    )
  }
  return made
}

/** A create for a new order of 100 euros, with whatever else is given. */
export const order = (input: Partial<CreateInput> = {}): CreateInput => {
  references += 1
  return { reference: `order-${references}`, amount: '100.00', currency: 'EUR', method: card(), ...input }
}
