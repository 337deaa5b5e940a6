import type { Runtime } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import type { Storage } from '@florin/core/storage'
import type { FakeRuntime, SandboxGateway } from '@florin/testkit'
import { type Parts, runOn } from './world.ts'

/** At which call of a port a process dies, and whether that call still takes effect. */
export interface Death {
  /** 1 for the first call after `arm`. */
  readonly call: number
  readonly when: 'before' | 'after'
}

/** A process that dies as by `kill -9`: from then on none of its calls settles and none of its timers fires. */
export interface Mortal {
  readonly parts: Omit<Parts, 'options'>
  /** Calls of ports since `arm`, by name. */
  readonly calls: readonly string[]
  readonly isDead: () => boolean
  /** From now on calls count. */
  arm(): void
  /** Lets `work` go on until it settles or the process is dead. */
  live(work: Promise<unknown>): Promise<void>
}

const never = (): Promise<never> => new Promise(() => {})

export const mortal = (world: FakeRuntime, death: Death | null): Mortal => {
  const calls: string[] = []
  let armed = false
  let dead = false
  let die = (): void => {}
  const dying = new Promise<void>((resolve) => {
    die = resolve
  })
  const through = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    if (dead) return never()
    if (armed) calls.push(name)
    const mine = armed && death !== null && calls.length === death.call
    if (!mine) {
      const result = await run()
      return dead ? never() : result
    }
    dead = true
    if (death.when === 'after') void run().catch(() => {}) // both ports take effect when they are called
    die()
    return never()
  }
  const runtime: FakeRuntime = {
    ...world,
    scheduler: {
      ...world.scheduler,
      yield: (task) => world.scheduler.yield(() => dead || task()),
      after: (delayMs, task) => world.scheduler.after(delayMs, () => dead || task()),
    },
  } satisfies Runtime
  return {
    calls,
    parts: { runtime, storage: (inner) => storageOf(inner, through), gateway: (inner) => gatewayOf(inner, through) },
    isDead: () => dead,
    arm() {
      armed = true
    },
    async live(work) {
      work.catch(() => {})
      await runOn(world, Promise.race([work.then(() => {}), dying]))
    },
  }
}

type Through = <T>(name: string, run: () => Promise<T>) => Promise<T>

const storageOf = (inner: Storage, through: Through): Storage => ({
  name: 'mortal',
  commit: (batch) => through('commit', () => inner.commit(batch)),
  load: (table, keys) => through(`load ${table.name}`, () => inner.load(table, keys)),
  find: (table, query) => through(`find ${table.name}`, () => inner.find(table, query)),
  scan: (table, query) => inner.scan(table, query),
  lease: (queues, options) => through('lease', () => inner.lease(queues, options)),
  unsealed: (limit) => through('unsealed', () => inner.unsealed(limit)),
  seal: (seal) => through('seal', () => inner.seal(seal)),
  head: (partition) => through('head', () => inner.head(partition)),
  migrate: () => inner.migrate(),
  close: () => inner.close(),
})

const gatewayOf = (inner: SandboxGateway, through: Through): Gateway => ({
  ...inner,
  transport: { send: (request, context) => through('send', () => inner.transport.send(request, context)) },
})
