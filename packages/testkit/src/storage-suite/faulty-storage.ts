import { FlorinError } from '@florin/core'
import type { AnyTable, Batch, Storage } from '@florin/core/storage'

/** The calls of a storage that can be made to fail. */
export type StorageMethod = 'commit' | 'load' | 'find' | 'scan' | 'lease' | 'unsealed' | 'seal' | 'head'

/** One call, as a plan sees it before it is made. */
export interface StorageCall {
  readonly method: StorageMethod
  /** 1 for the first call of this method. */
  readonly nth: number
  /** Of `commit`. */
  readonly batch?: Batch
  /** Of `load`, `find` and `scan`. */
  readonly table?: AnyTable
}

/**
 * `unavailable`: nothing happens, and the call rejects with `storage_unavailable`, as the port promises. `crash_before` and
 * `crash_after`: the process dies just before the call takes effect, or just after; as after a `kill -9`, this call and every later
 * one never settle. Open another Florin over the same inner storage to see what a restart finds.
 */
export type StorageFault = 'unavailable' | 'crash_before' | 'crash_after'

/** Says, for each call in turn, whether it fails. Pure plans make runs that can be repeated. */
export type FaultPlan = (call: StorageCall) => StorageFault | undefined

/** A storage that fails as planned; `crashed` resolves once it has died. */
export interface FaultyStorage extends Storage {
  /** Resolves when the plan makes the process die. */
  readonly crashed: Promise<StorageCall>
}

const never = (): Promise<never> => new Promise(() => {})

/** A storage that fails by plan, for tests of what must survive. `migrate` and `close` always reach the inner storage. */
export const faultyStorage = (inner: Storage, plan: FaultPlan): FaultyStorage => {
  const counts = new Map<StorageMethod, number>()
  let dead = false
  let die: (call: StorageCall) => void = () => {}
  const crashed = new Promise<StorageCall>((resolve) => {
    die = resolve
  })

  const through = async <T>(method: StorageMethod, more: Partial<StorageCall>, run: () => Promise<T>): Promise<T> => {
    if (dead) return never()
    const nth = (counts.get(method) ?? 0) + 1
    counts.set(method, nth)
    const call: StorageCall = { method, nth, ...more }
    const fault = plan(call)
    if (fault === undefined) return run()
    if (fault === 'unavailable') {
      throw new FlorinError('storage_unavailable', `call ${nth} of ${method} fails by plan; nothing happened`)
    }
    dead = true
    if (fault === 'crash_after') await run()
    die(call)
    return never()
  }

  return {
    name: `faulty ${inner.name}`,
    crashed,
    commit: (batch) => through('commit', { batch }, () => inner.commit(batch)),
    load: (table, keys) => through('load', { table }, () => inner.load(table, keys)),
    find: (table, query) => through('find', { table }, () => inner.find(table, query)),
    async *scan(table, query) {
      const pages = await through('scan', { table }, async () => inner.scan(table, query))
      for await (const page of pages) yield dead ? await never() : page
    },
    lease: (queues, options) => through('lease', {}, () => inner.lease(queues, options)),
    unsealed: (limit) => through('unsealed', {}, () => inner.unsealed(limit)),
    seal: (seal) => through('seal', {}, () => inner.seal(seal)),
    head: (partition) => through('head', {}, () => inner.head(partition)),
    migrate: () => inner.migrate(),
    close: () => inner.close(),
  }
}
