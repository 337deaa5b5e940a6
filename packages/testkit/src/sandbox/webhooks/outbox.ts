import type { Clock, Ids, Scheduler } from '@florin/core'
import type { RawDelivery } from '@florin/core/gateways'
import { SIGNATURE_HEADER, type WireEvent } from '../wire.ts'
import { sign } from './sign.ts'

/** Takes a webhook: returns, or resolves, once it is taken. Throwing, or rejecting, makes the acquirer try again. */
export type WebhookSink = (delivery: RawDelivery) => void | Promise<void>

const RETRY_AFTER_MS = [1_000, 5_000, 30_000, 120_000] // four retries; real gateways go on for days, a test does not
const WAITING_MAX = 10_000 // a sink that is down for long loses webhooks, as in life

/** What an outbox needs. Without a scheduler, retries wait for `retry()`. */
export interface OutboxParts {
  readonly clock: Clock
  readonly scheduler: Scheduler | null
  readonly ids: Ids
  readonly secrets: readonly string[]
}

/** Delivers the acquirer's webhooks: signed anew for each try, in no promised order, at least once within its bounds. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #sinks = new Set<WebhookSink>()
  readonly #retries = new Set<() => void>()
  #running = 0
  #closed = false
  #idle: (() => void)[] = []
  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  get listening(): boolean {
    return this.#sinks.size > 0
  }

  add(sink: WebhookSink): () => void {
    this.#sinks.add(sink)
    return () => void this.#sinks.delete(sink)
  }

  send(type: string, account: string, data: WireEvent['data'], copies: number): void {
    const { clock, ids } = this.#parts
    const event: WireEvent = { id: ids.make('evt'), type, account, created_at: clock.now(), data }
    const body = Buffer.from(JSON.stringify(event))
    for (const sink of this.#sinks) {
      for (let copy = 0; copy < copies; copy += 1) this.#deliver(sink, account, body, 0)
    }
  }

  /** Resolves when nothing is being delivered; deliveries that wait for a retry do not count. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle.push(resolve)
    })
  }

  /** Tries again now what waits for a retry. */
  retry(): void {
    const waiting = [...this.#retries]
    this.#retries.clear()
    for (const again of waiting) again()
  }

  close(): void {
    this.#closed = true
    this.#sinks.clear()
    this.#retries.clear()
  }

  #deliver(sink: WebhookSink, account: string, body: Buffer, tries: number): void {
    if (this.#closed || this.#running + this.#retries.size >= WAITING_MAX) return
    this.#running += 1
    const { clock, secrets } = this.#parts
    Promise.resolve()
      .then(() => {
        const receivedAt = clock.now()
        const headers = { 'content-type': 'application/json', [SIGNATURE_HEADER]: sign(secrets, receivedAt, body) }
        return sink({ account, headers, body, receivedAt })
      })
      .catch(() => this.#later(sink, account, body, tries))
      .finally(() => this.#ended())
  }

  #later(sink: WebhookSink, account: string, body: Buffer, tries: number): void {
    const delay = RETRY_AFTER_MS[tries]
    if (delay === undefined || this.#closed) return
    const again = (): void => {
      if (this.#sinks.has(sink)) this.#deliver(sink, account, body, tries + 1)
    }
    this.#retries.add(again)
    this.#parts.scheduler?.after(delay, () => {
      if (this.#retries.delete(again)) again()
    })
  }

  #ended(): void {
    this.#running -= 1
    if (this.#running > 0) return
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }
}
