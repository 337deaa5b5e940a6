import type { Cancel, Scheduler } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import type { WebhookSink } from '../../sandbox/webhooks/outbox.ts'
import type { Notice } from './notices.ts'

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000] // four retries; Adyen goes on for days, a test does not
const WAITING_MAX = 10_000 // an endpoint that is down for long loses webhooks

/** What a poster needs. Without a scheduler, retries wait for `retry()`. */
export interface PosterParts {
  readonly sink: WebhookSink
  readonly scheduler: Scheduler | null
  /** The webhook as it goes over the wire now. */
  readonly deliveryOf: (notice: Notice) => RawDelivery
}

/** POSTs webhooks until they are taken with a 2xx, within bounds; in no promised order, as Adyen. */
export class Poster {
  readonly #parts: PosterParts
  readonly #waiting = new Map<() => void, Cancel>()
  #running = 0
  #closed = false
  #idle: (() => void)[] = []
  constructor(parts: PosterParts) {
    this.#parts = parts
  }

  post(notice: Notice, tries = 0): void {
    if (this.#closed || this.#running + this.#waiting.size >= WAITING_MAX) return
    this.#running += 1
    Promise.resolve()
      .then(() => this.#parts.sink(this.#parts.deliveryOf(notice)))
      .catch(() => this.#later(notice, tries))
      .finally(() => this.#ended())
  }

  /** Resolves when nothing is being delivered; webhooks that wait for a retry do not count. */
  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => void this.#idle.push(resolve))
  }

  /** Tries again now what waits for a retry. */
  retry(): void {
    for (const [again, cancel] of [...this.#waiting]) {
      cancel()
      again()
    }
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #later(notice: Notice, tries: number): void {
    const delay = RETRY_AFTER_MS[tries]
    if (delay === undefined || this.#closed) return
    const again = (): void => {
      if (this.#waiting.delete(again)) this.post(notice, tries + 1)
    }
    this.#waiting.set(again, this.#parts.scheduler?.after(delay, again) ?? (() => {}))
  }

  #ended(): void {
    this.#running -= 1
    if (this.#running > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
