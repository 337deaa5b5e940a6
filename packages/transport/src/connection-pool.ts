import { buildConnector } from 'undici'
import { Connection, type ConnectionEvents, type ConnectionOptions } from './connection.ts'
import type { ResolvedTransportOptions } from './options.ts'
import type { Ticket } from './ticket.ts'

/** One origin: its connections, those of them that rest, and who waits for one. */
interface Host {
  readonly origin: string
  readonly options: ConnectionOptions
  readonly connections: Set<Connection>
  /** The last used at the end: it is taken first, so that those too many grow old and close. */
  readonly idle: Connection[]
  /** In the order in which they came. */
  readonly waiting: Set<Ticket>
}

const soonFree = (host: Host): number => {
  let count = 0
  for (const connection of host.connections) if (connection.settling) count += 1
  return count
}

/** How a pool is used at this moment. */
export interface PoolUse {
  /** Sockets, also those that are being opened or closed. */
  readonly connections: number
  /** Requests that wait for a socket. */
  readonly waiting: number
}

/**
 * The connections of one provider: at most so many to a host, and at most so many over all of its hosts. undici's own pools know nothing
 * of each other, keep a saturated socket beyond its lifetime, and hold what was withdrawn while it waited.
 *
 * Hosts that compete for the last connections get equal shares of them, whoever was first.
 */
export class ConnectionPool {
  readonly #options: ResolvedTransportOptions
  readonly #hosts = new Map<string, Host>()
  #open = 0
  #closing = 0
  #ended: (() => void) | null = null
  #end: Promise<void> | null = null

  constructor(options: ResolvedTransportOptions) {
    this.#options = options
  }

  /** Carries a request as soon as there is a connection for it. */
  send(ticket: Ticket): void {
    const host = this.#hostOf(ticket.origin)
    host.waiting.add(ticket)
    this.#serve(host)
  }

  /** Takes back a request that was not written yet: it never will be. False where undici holds it still and will say when it lets go. */
  withdraw(ticket: Ticket): boolean {
    if (ticket.carrier !== null) {
      if (ticket.carrier.close()) this.#closing += 1
      return false
    }
    this.#hostOf(ticket.origin).waiting.delete(ticket)
    this.#endIfDone()
    return true
  }

  get use(): PoolUse {
    let waiting = 0
    for (const host of this.#hosts.values()) waiting += host.waiting.size
    return { connections: this.#open, waiting }
  }

  /** Closes what rests at once, and the others when their work is done. */
  close(): Promise<void> {
    this.#end ??= new Promise((resolve) => {
      this.#ended = resolve
    })
    for (const host of this.#hosts.values()) for (const connection of [...host.idle]) this.#drop(host, connection)
    this.#endIfDone()
    return this.#end
  }

  #hostOf(origin: string): Host {
    const known = this.#hosts.get(origin)
    if (known !== undefined) return known
    const { ca, connectTimeoutMs, connectionLifetimeMs, maxHeaderBytes, clock } = this.#options
    const connector = buildConnector({
      rejectUnauthorized: true, // said out loud, because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default
      minVersion: 'TLSv1.2',
      allowH2: false,
      timeout: connectTimeoutMs,
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    })
    const host: Host = {
      origin,
      options: { connector, connectionLifetimeMs, maxHeaderBytes, clock },
      connections: new Set(),
      idle: [],
      waiting: new Set(),
    }
    this.#hosts.set(origin, host)
    return host
  }

  #serve(host: Host): void {
    while (host.waiting.size > 0) {
      const connection = this.#rested(host) ?? this.#opened(host)
      if (connection === null) return
      for (const first of host.waiting) {
        host.waiting.delete(first)
        connection.carry(first)
        break
      }
    }
  }

  #rested(host: Host): Connection | null {
    for (let connection = host.idle.at(-1); connection !== undefined; connection = host.idle.at(-1)) {
      if (!connection.retired) {
        host.idle.pop()
        return connection
      }
      this.#drop(host, connection)
    }
    return null
  }

  #opened(host: Host): Connection | null {
    if (host.connections.size >= this.#options.connectionsPerHost) return null
    if (soonFree(host) >= host.waiting.size) return null // one request after the other needs one connection, and one handshake
    if (this.#open >= this.#options.connections) {
      if (this.#closing === 0) this.#makeRoom()
      return null
    }
    const connection = new Connection(host.origin, host.options, this.#eventsOf(host))
    host.connections.add(connection)
    this.#open += 1
    return connection
  }

  /** A connection that rests, of whatever host, gives way; when it is closed, those that wait are served. */
  #makeRoom(): void {
    for (const host of this.#hosts.values()) {
      const [longest] = host.idle
      if (longest !== undefined) return this.#drop(host, longest)
    }
  }

  #eventsOf(host: Host): ConnectionEvents {
    return {
      free: (connection) => {
        const hungry = this.#open >= this.#options.connections && this.#hungrierThan(host)
        if (connection.retired || hungry || (this.#ended !== null && host.waiting.size === 0)) {
          this.#drop(host, connection)
          return
        }
        host.idle.push(connection)
        this.#serve(host)
      },
      broken: (connection) => this.#drop(host, connection),
      closed: (connection) => {
        host.connections.delete(connection)
        this.#open -= 1
        this.#closing -= 1
        this.#serveAll()
        this.#endIfDone()
      },
    }
  }

  /** Whether another host waits for a connection and has at least two fewer. One fewer would swap them back and forth. */
  #hungrierThan(host: Host): boolean {
    for (const other of this.#hosts.values()) {
      const short = other.connections.size + 1 < host.connections.size || host.waiting.size === 0
      if (
        other !== host &&
        other.waiting.size > 0 &&
        other.connections.size < this.#options.connectionsPerHost &&
        short
      )
        return true
    }
    return false
  }

  /** The host with the fewest connections first. */
  #serveAll(): void {
    const waiting = [...this.#hosts.values()].filter((host) => host.waiting.size > 0)
    for (const host of waiting.sort((a, b) => a.connections.size - b.connections.size)) this.#serve(host)
  }

  #drop(host: Host, connection: Connection): void {
    const at = host.idle.indexOf(connection)
    if (at >= 0) host.idle.splice(at, 1)
    if (connection.close()) this.#closing += 1
  }

  #endIfDone(): void {
    if (this.#ended !== null && this.#open === 0 && this.use.waiting === 0) this.#ended()
  }
}
