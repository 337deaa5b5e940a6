import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { FlorinError } from '@florin/core'
import { type Answered, type Forwarded, forward, readAll, resetOn, sendOn } from '../../proxy/forwarding.ts'
import type { Trouble } from './trouble.ts'

/** How a front is to be. */
export interface ProviderFrontOptions {
  /** Where it listens. Default: 0, any free port. */
  readonly port?: number
  /** Default: `127.0.0.1`. */
  readonly host?: string
}

/**
 * Stands before a provider's double and is what a shop sees of it, well or in trouble. Unlike a double's faults, which strike one request
 * and know what it means, a trouble is the whole endpoint's, as in an outage; the double behind it keeps its books and sends its webhooks.
 */
export interface ProviderFront {
  /** The double's URL with the front's host and port: the adapter's `baseUrl`. */
  readonly url: string
  readonly trouble: Trouble
  /** How many requests came, those that met a trouble included. Those that were refused came to nobody. */
  readonly requests: number
  /**
   * From now on this is the matter; `slowMs` (default 3,000) is for `slow`. Leaving `hang` does what waits, in the order in which it was asked,
   * unless the new trouble is `refuse`: then it is lost, as with a process that was killed. Resolves when it holds. Rejects with
   * `configuration` where the port was taken by somebody else since it refused connections.
   */
  set(trouble: Trouble, slowMs?: number): Promise<void>
  close(): Promise<void>
}

const SLOW_MS = 3_000
const BROKEN: Answered = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><body><h1>500 Internal Server Error</h1></body></html>'),
}

/** A request that hangs: done when the front wakes up, or lost with it. */
interface Sleeper {
  readonly asked: Forwarded
  readonly response: ServerResponse
}

const listenOn = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      const message = `the provider's front cannot listen on ${host}:${port}; is the port taken?`
      reject(new FlorinError('configuration', message, { cause }))
    }
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })

const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

class Front implements ProviderFront {
  trouble: Trouble = 'none'
  requests = 0
  url = ''
  readonly #origin: URL
  readonly #host: string
  readonly #agent = new Agent({ keepAlive: true })
  readonly #server: Server
  #asleep: Sleeper[] = []
  readonly #unanswered = new Set<ServerResponse>()
  #port = 0
  #slowMs = SLOW_MS

  constructor(target: string, host: string) {
    this.#origin = new URL(target)
    this.#host = host
    this.#server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy()) // as a balancer does whose machine is gone
    })
  }

  async open(port: number): Promise<void> {
    this.#port = await listenOn(this.#server, port, this.#host)
    const url = new URL(this.#origin)
    url.host = `${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.#port}`
    this.url = url.toString().replace(/\/$/, '')
  }

  async set(trouble: Trouble, slowMs: number = SLOW_MS): Promise<void> {
    this.trouble = trouble
    this.#slowMs = slowMs
    const asleep = trouble === 'hang' ? [] : this.#asleep.splice(0)
    if (trouble === 'refuse') for (const { response } of asleep) resetOn(response)
    if (trouble !== 'silent_after') this.#breakOff()
    const listens = this.#server.listening
    if (trouble === 'refuse' && listens) await stopListening(this.#server)
    if (trouble !== 'refuse' && !listens) await listenOn(this.#server, this.#port, this.#host)
    if (trouble !== 'refuse') void this.#catchUp(asleep)
  }

  async close(): Promise<void> {
    this.#asleep = []
    if (this.#server.listening) await stopListening(this.#server)
    this.#agent.destroy()
  }

  /** One after the other, as a process does that comes back to a full queue. Those who asked may have left. */
  async #catchUp(asleep: readonly Sleeper[]): Promise<void> {
    for (const { asked, response } of asleep) await this.#treat(asked, response).catch(() => response.destroy())
  }

  #breakOff(): void {
    for (const response of this.#unanswered) resetOn(response)
    this.#unanswered.clear()
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming)
    const { method = 'GET', url: path = '/', headers } = incoming
    this.requests += 1
    const asked = { method, path, headers, body }
    if (this.trouble === 'hang') this.#asleep.push({ asked, response })
    else await this.#treat(asked, response)
  }

  async #treat(asked: Forwarded, response: ServerResponse): Promise<void> {
    const { trouble } = this // as it is when the request is looked at
    if (trouble === 'reset_before' || trouble === 'refuse') return resetOn(response)
    if (trouble === 'error_before') return sendOn(response, BROKEN)
    const answered = await forward(this.#origin, this.#agent, asked)
    switch (trouble) {
      case 'reset_after':
        return resetOn(response)
      case 'silent_after':
        return void this.#unanswered.add(response)
      case 'error_after':
        return sendOn(response, BROKEN)
      case 'slow':
        await pause(this.#slowMs, undefined, { ref: false })
    }
    sendOn(response, answered)
  }
}

/** Starts a front before the double at `target`. Rejects with `configuration` where the port is taken. */
export const startProviderFront = async (
  target: string,
  { port = 0, host = '127.0.0.1' }: ProviderFrontOptions = {},
): Promise<ProviderFront> => {
  const front = new Front(target, host)
  await front.open(port)
  return front
}
