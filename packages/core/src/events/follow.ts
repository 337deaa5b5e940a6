import { type Runtime, randomBelow } from '../kernel/index.ts'
import type { SealRow, Storage } from '../storage/index.ts'
import { headOf } from './heads.ts'
import { type Cursor, readEvents, START, type StreamEvent } from './read.ts'
import { DEFAULT_PARTITION } from './sequencer.ts'
import type { Upcasters } from './upcast.ts'
import { createWaiter } from './waiter.ts'

/**
 * Deals with one event. `cursor` is the one to keep once it is dealt with: write it in the same transaction as the effect, and the
 * effect happens exactly once. An error means: not dealt with, again later.
 */
export type EventHandler = (event: StreamEvent, cursor: Cursor) => void | Promise<void>

/** How a subscription waits and complains. */
export interface SubscribeOptions {
  /** How long to wait for events from other processes before looking again; local commits wake at once. 1,000 if absent. */
  readonly pollMs?: number
  /** Events a read; 100 if absent. */
  readonly pageSize?: number
  /** Told of each failure: `tries` counts those of the same event (or read) in a row, from 1. */
  readonly onError?: (error: unknown, context: { readonly tries: number; readonly event?: StreamEvent }) => void
}

/** One subscription's loop, from its start to its end. */
export interface Following {
  cursor(): Cursor | undefined
  wake(): void
  stop(): Promise<void>
}

interface World {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly upcasters: Upcasters
}

const POLL_MS = 1_000 // the delay of another process's events at worst, for one indexed read a second
const PAGE_SIZE = 100
const BACKOFF_BASE_MS = 100
const BACKOFF_CAP_MS = 30_000 // a handler whose own dependency is down is tried twice a minute

/** Starts the loop. It ends only by `stop`: failures of the storage and of the handler are waited out, with full jitter. */
export const follow = (
  { storage, runtime, upcasters }: World,
  from: Cursor | 'start' | 'end',
  handler: EventHandler,
  { pollMs = POLL_MS, pageSize = PAGE_SIZE, onError }: SubscribeOptions,
): Following => {
  const waiter = createWaiter(runtime.scheduler)
  let cursor = from === 'start' ? START : from === 'end' ? undefined : from
  let tries = 0

  const failed = async (error: unknown, event?: StreamEvent): Promise<void> => {
    tries += 1
    try {
      onError?.(error, event === undefined ? { tries } : { tries, event })
    } catch {
      // a listener that throws must not end the subscription
    }
    const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(tries - 1, 30))
    await waiter.pause(1 + randomBelow(runtime.random, ceiling), { wakeable: false })
  }
  const deliver = async (event: StreamEvent): Promise<void> => {
    const next: Cursor = { partition: event.partition, position: event.position }
    while (!waiter.stopped()) {
      try {
        await handler(event, next)
        cursor = next
        tries = 0
        return
      } catch (error) {
        await failed(error, event)
      }
    }
  }
  /** Deals with one page; answers whether there may be another. */
  const advance = async (): Promise<boolean> => {
    cursor ??= endOf(await storage.head(DEFAULT_PARTITION))
    const { events } = await readEvents(storage, cursor, { limit: pageSize, upcasters })
    tries = 0
    for (const event of events) await deliver(event)
    return events.length === pageSize
  }
  const run = async (): Promise<void> => {
    while (!waiter.stopped()) {
      try {
        if (!(await advance())) await waiter.pause(pollMs, { wakeable: true })
      } catch (error) {
        await failed(error)
      }
    }
  }
  const ended = run()
  return {
    cursor: () => cursor,
    wake: waiter.wake,
    stop() {
      waiter.stop()
      return ended
    },
  }
}

const endOf = (head: SealRow | undefined): Cursor => ({
  partition: DEFAULT_PARTITION,
  position: headOf(DEFAULT_PARTITION, head).length,
})
