import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** When a connection is cut: before the server gets to know of a commit, or when it has answered it, and nobody hears of that. */
export type CutMoment = 'before_commit' | 'after_commit'

/** Stands between a storage and its PostgreSQL, on 127.0.0.1, and fails as networks do. Without TLS only. */
export interface PostgresProxy {
  /** The server's URL, through this proxy. */
  readonly url: string
  /** Cuts the connection of the next commit. */
  cutNext(moment: CutMoment): void
  /** Cuts a connection in the middle of whatever it carries: the one that has the byte after so many more, counted over all. */
  cutAfter(bytes: number): void
  /** Cuts all connections that are there. */
  cutAll(): void
  /** From now on nothing comes through in either direction, and nobody is told; or all that was held back does. */
  hang(on: boolean): void
  /** Sends new connections to another server, and cuts those that are there. */
  moveTo(url: string): void
  /** How many connections were cut so far. */
  cuts(): number
  close(): Promise<void>
}

/** A `commit` as a simple query: type, length, text, end. */
const COMMIT = Buffer.from('Q\0\0\0\u000bcommit\0', 'latin1')
const COMMITTED = Buffer.from('COMMIT\0', 'latin1')

interface Pair {
  readonly client: Socket
  readonly upstream: Socket
  /** A commit went through whose answer is to be swallowed. */
  answering: boolean
  end(): void
}

class Between implements PostgresProxy {
  readonly url: string
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #target: URL
  #next: CutMoment | undefined
  #bytesLeft = Number.POSITIVE_INFINITY
  #hanging = false
  #cuts = 0

  constructor(server: Server, url: string) {
    this.#server = server
    this.#target = new URL(url)
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String((server.address() as AddressInfo).port)
    this.url = through.href
    server.on('connection', (client) => this.#accept(client))
  }

  cutNext(moment: CutMoment): void {
    this.#next = moment
  }

  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes
  }

  cutAll(): void {
    for (const pair of [...this.#pairs]) this.#cut(pair)
  }

  hang(on: boolean): void {
    this.#hanging = on
    for (const { client, upstream } of this.#pairs) {
      for (const socket of [client, upstream]) on ? socket.pause() : socket.resume()
    }
  }

  moveTo(url: string): void {
    this.#target = new URL(url)
    this.cutAll()
  }

  cuts(): number {
    return this.#cuts
  }

  async close(): Promise<void> {
    for (const { end } of [...this.#pairs]) end()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    const pair: Pair = {
      client,
      upstream,
      answering: false,
      end: () => {
        this.#pairs.delete(pair)
        client.destroy()
        upstream.destroy()
      },
    }
    this.#pairs.add(pair)
    for (const socket of [client, upstream]) socket.on('error', pair.end).on('close', pair.end)
    client.on('data', (data: Buffer) => this.#fromClient(pair, data))
    upstream.on('data', (data: Buffer) => this.#fromServer(pair, data))
    if (this.#hanging) for (const socket of [client, upstream]) socket.pause()
  }

  #fromClient(pair: Pair, data: Buffer): void {
    if (this.#next !== undefined && data.includes(COMMIT)) {
      const moment = this.#next
      this.#next = undefined
      if (moment === 'before_commit') return this.#cut(pair)
      pair.answering = true
    }
    this.#pass(pair, pair.upstream, data)
  }

  #fromServer(pair: Pair, data: Buffer): void {
    if (!pair.answering) this.#pass(pair, pair.client, data)
    else if (data.includes(COMMITTED)) this.#cut(pair)
  }

  #pass(pair: Pair, to: Socket, data: Buffer): void {
    if (data.length <= this.#bytesLeft) {
      this.#bytesLeft -= data.length
      to.write(data)
      return
    }
    const part = data.subarray(0, this.#bytesLeft)
    this.#bytesLeft = Number.POSITIVE_INFINITY
    to.write(part, () => this.#cut(pair)) // what came before the cut does arrive
  }

  #cut(pair: Pair): void {
    if (!this.#pairs.has(pair)) return
    this.#cuts += 1
    pair.end()
  }
}

/**
 * Starts a proxy before a PostgreSQL, for tests of what happens when the network fails: connections that are cut around their commit or
 * in the middle of a message, that hang, or that lead to another server after a failover.
 *
 * @example
 * const proxy = await startPostgresProxy(server.url)
 * const storage = postgres(proxy.url)
 * proxy.cutNext('after_commit')
 */
export const startPostgresProxy = async (url: string): Promise<PostgresProxy> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new Between(server, url)
}
