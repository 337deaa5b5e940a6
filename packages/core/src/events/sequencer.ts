import type { Runtime } from '../kernel/index.ts'
import type { Storage } from '../storage/index.ts'
import { SEAL_SIZE, sealEvents } from './seal.ts'

/** The partition of a host that has only one. */
export const DEFAULT_PARTITION = 0

/** Gives positions to events that have none yet. */
export interface Sequencer {
  /**
   * Seals until the storage has nothing unsealed, and answers how many events that were. Calls at the same time share one run. Any
   * number of processes may run it: a seal takes its place in the chain by inserting it, and who comes second starts again from the
   * new head.
   */
  run(): Promise<number>
  /** The age of the oldest event without a position, in milliseconds; 0 when there is none. Raise an alarm when it grows. */
  lagMs(): Promise<number>
}

/** What sealing needs. */
export interface SequencerOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** Told after each seal: readers of the stream wake up on it. */
  readonly onSealed?: () => void
  /** Waited for after a seal that another process made first, so that the two do not go on in step. */
  readonly onLost?: () => Promise<void>
}

/** A sequencer over a storage; others may work on the same database. */
export const createSequencer = ({ storage, runtime, onSealed, onLost }: SequencerOptions): Sequencer => {
  let running: Promise<number> | undefined
  const seal = async (): Promise<number> => {
    let sealed = 0
    for (;;) {
      // The head first: events that another process seals after this read make this one's seal lose. The other way round, they
      // would be sealed twice.
      const head = await storage.head(DEFAULT_PARTITION)
      const events = await storage.unsealed(SEAL_SIZE)
      const [next] = sealEvents(head, DEFAULT_PARTITION, runtime.clock.now(), events)
      if (next === undefined) return sealed
      const outcome = await storage.seal(next)
      if (!outcome.committed) {
        await onLost?.() // somebody else made progress
        continue
      }
      sealed += next.size
      onSealed?.()
    }
  }
  return {
    run() {
      running ??= seal().finally(() => {
        running = undefined
      })
      return running
    },
    async lagMs() {
      const [oldest] = await storage.unsealed(1, 'all')
      return oldest === undefined ? 0 : Math.max(0, runtime.clock.now() - oldest.at)
    },
  }
}
