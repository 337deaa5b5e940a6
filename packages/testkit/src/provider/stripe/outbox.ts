import type { Clock, Scheduler } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { Recent } from '../../sandbox/acquirer/recent.ts'
import type { WebhookSink } from '../../sandbox/webhooks/outbox.ts'
import type { Account } from './account.ts'
import { stripeSignature } from './signature.ts'

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000] // Stripe goes on for three days, a test does not
const WAITING_MAX = 10_000 // a shop that is down for long loses webhooks, as in life
const UNREAD_MAX = 20_000 // of those that deliveries() gives; the oldest go first

/** An event that was made, as the text that a webhook carries. */
export interface MadeEvent {
  readonly id: string
  readonly account: Account
  readonly type: string
  readonly created: number
  readonly body: string
}

/** What an outbox needs. Without a scheduler, retries wait for `retry()`. */
export interface OutboxParts {
  readonly clock: Clock
  readonly scheduler: Scheduler | null
  readonly sink: WebhookSink | null
  readonly remember: number
}

/** Keeps events, and delivers them: signed anew for each try, in no promised order, at least once within its bounds. */
export class Outbox {
  readonly events: Recent<MadeEvent>
  readonly #parts: OutboxParts
  readonly #retries = new Set<() => void>()
  #unread: MadeEvent[] = []
  #running = 0
  #closed = false
  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.events = new Recent(parts.remember)
  }

  send(event: MadeEvent, copies: number): void {
    this.events.set(event.id, event)
    for (let copy = 0; copy < copies; copy += 1) {
      this.#unread.push(event)
      this.#deliver(event, 0)
    }
    if (this.#unread.length > UNREAD_MAX) this.#unread = this.#unread.slice(UNREAD_MAX >> 1)
  }

  /** What was made since the last call, signed now. */
  read(): readonly RawDelivery[] {
    const unread = this.#unread
    this.#unread = []
    return unread.map((event) => this.#signed(event))
  }

  /** Tries again now what waits for a retry. */
  retry(): void {
    const waiting = [...this.#retries]
    this.#retries.clear()
    for (const again of waiting) again()
  }

  close(): void {
    this.#closed = true
    this.#retries.clear()
  }

  #signed({ account, body: text }: MadeEvent): RawDelivery {
    const body = Buffer.from(text)
    const receivedAt = this.#parts.clock.now()
    const signature = stripeSignature(account.webhookSecrets, Math.floor(receivedAt / 1_000), body)
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature }
    return { account: account.name, headers, body, receivedAt }
  }

  #deliver(event: MadeEvent, tries: number): void {
    const { sink } = this.#parts
    if (sink === null || this.#closed || this.#running + this.#retries.size >= WAITING_MAX) return
    this.#running += 1
    Promise.resolve()
      .then(() => sink(this.#signed(event)))
      .catch(() => this.#later(event, tries))
      .finally(() => {
        this.#running -= 1
      })
  }

  #later(event: MadeEvent, tries: number): void {
    const delay = RETRY_AFTER_MS[tries]
    if (delay === undefined || this.#closed) return
    const again = (): void => this.#deliver(event, tries + 1)
    this.#retries.add(again)
    this.#parts.scheduler?.after(delay, () => {
      if (this.#retries.delete(again)) again()
    })
  }
}
