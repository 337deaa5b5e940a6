import type { GatewayResponse } from '@florin/core/gateways'
import { Recent } from './recent.ts'

interface Entry {
  readonly path: string
  readonly body: string | null
  readonly at: number
  /** Null while the answer is on its way. */
  response: GatewayResponse | null
}

/** What is known of a key: nothing, that it is at work or was used otherwise, or the answer to replay. */
export type KeyState = 'new' | 'in_flight' | 'mismatch' | GatewayResponse

/**
 * The idempotency keys of one account, with the bytes that each was used for. A key older than the retention is forgotten: used again, it
 * executes anew, as at real gateways.
 */
export class Keys {
  readonly #entries: Recent<Entry>
  readonly #retentionMs: number
  constructor(retentionMs: number, remember: number) {
    this.#retentionMs = retentionMs
    this.#entries = new Recent(remember)
  }

  look(key: string, path: string, body: string | null, now: number): KeyState {
    const entry = this.#entries.get(key)
    if (entry === undefined || now - entry.at >= this.#retentionMs) return 'new'
    if (entry.path !== path || entry.body !== body) return 'mismatch'
    return entry.response ?? 'in_flight'
  }

  open(key: string, path: string, body: string | null, now: number): void {
    this.#entries.set(key, { path, body, at: now, response: null })
  }

  close(key: string, response: GatewayResponse): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.response = response
  }

  /** The request turned out to have done nothing: the key is free again. */
  forget(key: string): void {
    this.#entries.delete(key)
  }
}
