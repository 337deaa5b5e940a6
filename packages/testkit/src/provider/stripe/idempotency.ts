import { Recent } from '../../sandbox/acquirer/recent.ts'

/** An answer as it was given, without its headers. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

interface Entry {
  readonly path: string
  readonly body: string
  readonly at: number
  readonly requestId: string
  /** Null while the answer is on its way. */
  answer: StoredAnswer | null
}

/** What is known of a key. */
export type KeyState =
  | { readonly known: 'new' | 'in_flight' | 'mismatch' }
  | { readonly known: 'answered'; readonly answer: StoredAnswer; readonly requestId: string }

const NEW: KeyState = { known: 'new' }
const IN_FLIGHT: KeyState = { known: 'in_flight' }
const MISMATCH: KeyState = { known: 'mismatch' }

/** The idempotency keys of one account. A key older than the retention is forgotten: used again, it executes anew. */
export class Keys {
  readonly #entries: Recent<Entry>
  readonly #retentionMs: number
  constructor(retentionMs: number, remember: number) {
    this.#retentionMs = retentionMs
    this.#entries = new Recent(remember)
  }

  look(key: string, path: string, body: string, now: number): KeyState {
    const entry = this.#entries.get(key)
    if (entry === undefined || now - entry.at >= this.#retentionMs) return NEW
    if (entry.path !== path || entry.body !== body) return MISMATCH
    if (entry.answer === null) return IN_FLIGHT
    return { known: 'answered', answer: entry.answer, requestId: entry.requestId }
  }

  open(key: string, path: string, body: string, now: number, requestId: string): void {
    this.#entries.set(key, { path, body, at: now, requestId, answer: null })
  }

  close(key: string, answer: StoredAnswer): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.answer = answer
  }

  /** Nothing began after all: the key is free again. */
  forget(key: string): void {
    this.#entries.delete(key)
  }
}
