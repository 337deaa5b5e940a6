import { memoryStorage } from '@florin/core/memory'
import type { Batch, Change, Storage } from '@florin/core/storage'
import type { Lifecycle } from '../storage/lifecycle.ts'
import { benchFlorin, pay } from './florin-run.ts'
import { zeroGateway } from './zero-gateway.ts'

/** A storage that keeps, besides, every change that is committed to it. */
export const recordingStorage = (): { readonly storage: Storage; readonly changes: readonly Change[] } => {
  const changes: Change[] = []
  const inner = memoryStorage()
  const commit = (batch: Batch) => {
    changes.push(...batch.changes)
    return inner.commit(batch)
  }
  return { storage: { ...bound(inner), commit }, changes }
}

/**
 * The very changes that Florin commits for `count` payments, three each: what the hand-written writer is given to make durable. They
 * are made beforehand, so that its time is that of writing alone.
 */
export const recordPayments = async (count: number): Promise<readonly Lifecycle[]> => {
  const { storage, changes } = recordingStorage()
  const florin = await benchFlorin(storage, zeroGateway())
  for (let n = 0; n < count; n++) await pay(florin)
  await florin.close()
  if (changes.length !== count * 3) throw new Error(`${count} payments took ${changes.length} commits, not three each`)
  return Array.from({ length: count }, (_, n) => {
    const [a, b, c] = changes.slice(n * 3, n * 3 + 3) as [Change, Change, Change]
    return { changes: [a, b, c] }
  })
}

/** A storage's functions, callable off another object. */
const bound = (storage: Storage): Storage => ({
  name: storage.name,
  commit: (batch) => storage.commit(batch),
  load: (table, keys) => storage.load(table, keys),
  find: (table, query) => storage.find(table, query),
  scan: (table, query) => storage.scan(table, query),
  lease: (queues, options) => storage.lease(queues, options),
  unsealed: (limit) => storage.unsealed(limit),
  seal: (seal) => storage.seal(seal),
  head: (partition) => storage.head(partition),
  migrate: () => storage.migrate(),
  close: () => storage.close(),
})
