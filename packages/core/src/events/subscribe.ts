import type { Runtime } from '../kernel/index.ts'
import type { Storage } from '../storage/index.ts'
import { type EventHandler, type Following, follow, type SubscribeOptions } from './follow.ts'
import type { Cursor } from './read.ts'
import type { Upcasters } from './upcast.ts'

/** One reader of the stream at work. */
export interface Subscription {
  /** The cursor after the last event that was dealt with; undefined until a subscription from `'end'` found it. */
  cursor(): Cursor | undefined
  /** Ends it; resolves once no handler runs any more. Safe to call twice, but not awaited from within the handler. */
  stop(): Promise<void>
}

/** Follows the stream for any number of handlers. */
export interface Subscriber {
  /**
   * Hands every event after `from` to the handler, one at a time, in the order of the stream, at least once: an event is handed
   * over again until its handler succeeds, and after a restart from an older cursor. `'end'` means events from now on.
   */
  subscribe(from: Cursor | 'start' | 'end', handler: EventHandler, options?: SubscribeOptions): Subscription
  /** Lets all subscriptions look now. */
  wake(): void
  /** Stops all subscriptions. */
  stop(): Promise<void>
}

/** What following the stream needs. */
export interface SubscriberOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly upcasters?: Upcasters
}

/** The subscriptions of one process. */
export const createSubscriber = ({ storage, runtime, upcasters = {} }: SubscriberOptions): Subscriber => {
  const live = new Set<Following>()
  return {
    subscribe(from, handler, options = {}) {
      const following = follow({ storage, runtime, upcasters }, from, handler, options)
      live.add(following)
      return {
        cursor: following.cursor,
        async stop() {
          await following.stop()
          live.delete(following)
        },
      }
    },
    wake() {
      for (const following of live) following.wake()
    },
    async stop() {
      await Promise.all([...live].map((following) => following.stop()))
      live.clear()
    },
  }
}
