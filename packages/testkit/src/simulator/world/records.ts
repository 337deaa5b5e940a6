import type { Change } from '@florin/core/storage'

/** A request that left a server, as the network saw it. */
export interface SentRequest {
  readonly at: number
  readonly server: string
  readonly gateway: string
  readonly account: string
  readonly key: string | null
  readonly reference: string | null
  readonly mutating: boolean
  readonly what: string
  readonly bytes: string
  /** How many changes were durable by then. */
  readonly durable: number
}

/** A change that became durable. */
export interface DurableChange {
  readonly at: number
  readonly server: string
  readonly change: Change
}

/** What a caller was told about one call. */
export interface CallerSaw {
  readonly at: number
  readonly server: string
  readonly merchant: string
  /** `create`, or the operation and its payment: keys of different operations never meet. */
  readonly scope: string
  readonly key: string
  /** What the call asked for: two with the same scope and key and another one of these must not both be done. */
  readonly content: string
  /** The answer as JSON text, null where the call was refused. */
  readonly body: string | null
  readonly error: string | null
}

/** Everything that was seen of a run from outside, in order. */
export interface Records {
  readonly requests: SentRequest[]
  readonly changes: DurableChange[]
  readonly calls: CallerSaw[]
  /** What Florin could tell no caller: each a bug unless it says that a port failed. */
  readonly errors: unknown[]
  /** Inputs that had to be refused, and were not. */
  readonly leaks: string[]
}

export const emptyRecords = (): Records => ({ requests: [], changes: [], calls: [], errors: [], leaks: [] })
