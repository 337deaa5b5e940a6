import type { GatewayResponse } from '@florin/core/gateways'

interface Entry {
  readonly fingerprint: string
  readonly at: number
  /** Null while the answer is on its way. */
  response: GatewayResponse | null
}

export type KeyState =
  | { readonly state: 'new' }
  | { readonly state: 'in_flight' }
  | { readonly state: 'mismatch' }
  | { readonly state: 'done'; readonly response: GatewayResponse }

const NEW: KeyState = { state: 'new' }
const IN_FLIGHT: KeyState = { state: 'in_flight' }
const MISMATCH: KeyState = { state: 'mismatch' }

/** The idempotency keys of all accounts. A key older than the retention is forgotten: used again, it executes anew, as at real gateways. */
export class Keys {
  readonly #entries = new Map<string, Entry>()
  readonly #retentionMs: number
  readonly #remember: number
  constructor(retentionMs: number, remember: number) {
    this.#retentionMs = retentionMs
    this.#remember = remember
  }

  look(scope: string, fingerprint: string, now: number): KeyState {
    const entry = this.#entries.get(scope)
    if (entry === undefined || now - entry.at >= this.#retentionMs) return NEW
    if (entry.fingerprint !== fingerprint) return MISMATCH
    return entry.response === null ? IN_FLIGHT : { state: 'done', response: entry.response }
  }

  open(scope: string, fingerprint: string, now: number): void {
    this.#entries.delete(scope) // so that insertion order stays the order of age
    this.#entries.set(scope, { fingerprint, at: now, response: null })
    if (this.#entries.size > this.#remember) this.#dropOldest()
  }

  close(scope: string, response: GatewayResponse): void {
    const entry = this.#entries.get(scope)
    if (entry !== undefined) entry.response = response
  }

  /** The request turned out to have done nothing: the key is free again. */
  forget(scope: string): void {
    this.#entries.delete(scope)
  }

  #dropOldest(): void {
    for (const scope of this.#entries.keys()) {
      this.#entries.delete(scope)
      return
    }
  }
}
