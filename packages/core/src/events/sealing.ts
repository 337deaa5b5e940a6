import { type Cancel, type Runtime, randomBelow, sleep } from '../kernel/index.ts'
import type { Storage } from '../storage/index.ts'
import { createSequencer } from './sequencer.ts'

/** Events that have no position yet. */
export interface Backlog {
  /** How many, 1,000 at most. */
  readonly events: number
  /** The age of the oldest; 0 when there is none. Raise an alarm when it grows: something keeps events from being sealed. */
  readonly lagMs: number
}

/** Keeps the stream up with the commits, where a storage leaves sealing to a sequencer; elsewhere there is nothing to do. */
export interface Sealing {
  /** Something was committed: it gets its position soon. */
  committed(): void
  /** Seals what may be sealed now, and answers how many events that were. */
  run(): Promise<number>
  /** Looks for other servers' events too, until `stop`. */
  start(): void
  /** Seals what is left, as far as it may be, and does nothing more. */
  stop(): Promise<void>
  backlog(): Promise<Backlog>
}

/** What sealing in the background needs. */
export interface SealingOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** Told when events have their positions: readers of the stream wake up on it. */
  readonly onSealed: () => void
  readonly onError: (error: unknown) => void
}

const GAP_MS = 20 // the delay of a position: a seal costs a commit, so the events of many batches share one
const LATER_MS = 50 // until transactions that hold newer events back have ended
const POLL_MS = 500 // for the events of servers that died before they sealed them
const BACKOFF_MS = 1_000 // while the storage is away
const SHARE_MS = 40 // how long a server that lost a seal leaves the next one to whoever won
const COUNTED = 1_000

/** Sealing over a storage; any number of servers may do it on one database. */
export const createSealing = (options: SealingOptions): Sealing =>
  options.storage.sealing === 'afterwards' ? new Afterwards(options) : inCommit(options)

const inCommit = ({ onSealed }: SealingOptions): Sealing => ({
  committed: onSealed,
  run: async () => 0,
  start() {},
  async stop() {},
  backlog: async () => ({ events: 0, lagMs: 0 }),
})

class Afterwards implements Sealing {
  readonly #options: SealingOptions
  readonly #sequencer: ReturnType<typeof createSequencer>
  #polling = false
  #stopped = false
  /** Whether something was committed since the last turn began. */
  #news = false
  #running: Promise<unknown> | undefined
  #timer: { readonly due: number; readonly cancel: Cancel } | undefined

  constructor(options: SealingOptions) {
    const { storage, runtime, onSealed } = options
    this.#options = options
    const onLost = (): Promise<void> => sleep(runtime.scheduler, randomBelow(runtime.random, SHARE_MS))
    this.#sequencer = createSequencer({ storage, runtime, onSealed, onLost })
  }

  committed(): void {
    this.#news = true
    this.#after(GAP_MS)
  }

  run(): Promise<number> {
    return this.#sequencer.run()
  }

  start(): void {
    this.#polling = true
    this.#after(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#polling = false
    this.#timer?.cancel()
    await this.#running
    await this.#sequencer.run().catch(this.#options.onError)
  }

  async backlog(): Promise<Backlog> {
    const { storage, runtime } = this.#options
    const waiting = await storage.unsealed(COUNTED, 'all')
    const oldest = waiting.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
    return { events: waiting.length, lagMs: waiting.length === 0 ? 0 : Math.max(0, runtime.clock.now() - oldest) }
  }

  #after(delayMs: number): void {
    if (this.#stopped || this.#running !== undefined) return
    const { clock, scheduler } = this.#options.runtime
    const due = clock.now() + delayMs
    if (this.#timer !== undefined && this.#timer.due <= due) return
    this.#timer?.cancel()
    const cancel = scheduler.after(delayMs, () => {
      this.#timer = undefined
      this.#running = this.#turn().then((next) => {
        this.#running = undefined
        if (next !== undefined) this.#after(next)
      })
    })
    this.#timer = { due, cancel }
  }

  /** Answers when the next turn is to be. */
  async #turn(): Promise<number | undefined> {
    this.#news = false
    try {
      await this.#sequencer.run()
      if (this.#news) return GAP_MS
      if ((await this.#options.storage.unsealed(1, 'all')).length > 0) return LATER_MS
    } catch (error) {
      this.#options.onError(error)
      return BACKOFF_MS
    }
    return this.#news ? GAP_MS : this.#polling ? POLL_MS : undefined
  }
}
