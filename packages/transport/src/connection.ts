import { type buildConnector, Client } from 'undici'
import type { Carrier, Ticket } from './ticket.ts'

/** What a connection tells the pool. Each is called from undici's events, `closed` exactly once and last. */
export interface ConnectionEvents {
  /** Its request is answered, and it can carry the next one. */
  free(connection: Connection): void
  /** It is of no use any more: never connected, cut, withdrawn, or closed by the host. */
  broken(connection: Connection): void
  closed(connection: Connection): void
}

/** How a connection is made. */
export interface ConnectionOptions {
  readonly connector: buildConnector.connector
  readonly connectionLifetimeMs: number
  readonly maxHeaderBytes: number
  readonly clock: { now(): number }
}

/**
 * One socket, which carries one request at a time. HTTP/1.1 without pipelining: the only forms in which undici requeues a request that it
 * has written are HTTP/2's GOAWAY and a pipeline.
 */
export class Connection implements Carrier {
  readonly #client: Client
  readonly #options: ConnectionOptions
  readonly #events: ConnectionEvents
  #ticket: Ticket | null = null
  #state: 'open' | 'idle' | 'closing' = 'open'
  #connectedAt = Number.POSITIVE_INFINITY

  constructor(origin: string, options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options
    this.#events = events
    this.#client = new Client(origin, {
      connect: options.connector,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0, // the deadline of each send rules, and nothing else
      bodyTimeout: 0,
      maxHeaderSize: options.maxHeaderBytes,
      // An idle socket may be closed by the host at the very moment in which we write to it, and that is an `unknown`. So it is kept for
      // four seconds, unless the host says how long it keeps it (`Keep-Alive: timeout`): then two seconds less than that.
      keepAliveTimeout: 4_000,
      keepAliveTimeoutThreshold: 2_000,
      keepAliveMaxTimeout: options.connectionLifetimeMs,
    })
    this.#client.on('connect', () => {
      this.#connectedAt = options.clock.now()
    })
    this.#client.on('drain', () => this.#rest())
    this.#client.on('disconnect', () => {
      if (this.#ticket === null) this.#break()
    })
  }

  /** Whether it has carried requests for as long as one may. Checked before each request: what it carries is never cut. */
  get retired(): boolean {
    return this.#options.clock.now() - this.#connectedAt >= this.#options.connectionLifetimeMs
  }

  /** Whether its request is answered, and undici makes it ready for the next: a turn of the event loop, and it is free or closes. */
  get settling(): boolean {
    return this.#ticket === null && this.#state === 'open'
  }

  /** Sends a request on it. The ticket's handler is called right away if undici refuses the request. */
  carry(ticket: Ticket): void {
    this.#ticket = ticket
    this.#state = 'open'
    ticket.carriedBy(this)
    this.#client.dispatch(ticket.request, ticket.handler)
  }

  /** undici holds nothing of the request any more. After anything but a whole answer the socket is not used again. */
  release(whole: boolean): void {
    this.#ticket = null
    if (!whole) this.#break()
  }

  /** Closes the socket, and with it whatever is at work on it. False where that has begun before. */
  close(): boolean {
    if (this.#state === 'closing') return false
    this.#state = 'closing'
    this.#client.destroy(null, () => this.#events.closed(this))
    return true
  }

  /** undici is ready for the next request: a turn of the event loop after the answer, when a surplus of it would have shown. */
  #rest(): void {
    if (this.#ticket !== null || this.#state !== 'open') return
    this.#state = 'idle'
    this.#events.free(this)
  }

  #break(): void {
    if (this.#state !== 'closing') this.#events.broken(this)
  }
}
