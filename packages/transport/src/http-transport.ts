import type { GatewayRequest, SendContext, Sent, Transport } from '@florin/core/gateways'
import { addressOf } from './address.ts'
import type { BaseUrl } from './base-url.ts'
import { ConnectionPool, type PoolUse } from './connection-pool.ts'
import { Exchange } from './exchange.ts'
import { observer } from './observer.ts'
import { type HttpTransportOptions, type ResolvedTransportOptions, resolveTransportOptions } from './options.ts'
import { reasonOf } from './reason.ts'
import { Ticket } from './ticket.ts'

const TIMER_MAX_MS = 2_147_483_647 // setTimeout fires at once beyond this

/** How a transport is used at this moment. */
export interface TransportUse extends PoolUse {
  /** Requests that were taken and have not let go of their memory, those that wait included. */
  readonly inFlight: number
}

/** A transport over HTTPS, with its own connections. */
export interface HttpTransport extends Transport {
  /** Sends nothing more, lets what was taken end, each by its deadline, and then has closed every socket. */
  close(): Promise<void>
  /** What is going on, for gauges. Costs nothing. */
  stats(): TransportUse
}

type Headers = Readonly<Record<string, string>>

/** Our own, the request's, and over both of them the credentials. */
const headersFor = (request: GatewayRequest, userAgent: string, credentials: Headers): Record<string, string> => {
  const headers: Record<string, string> = { 'user-agent': userAgent }
  for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name] ?? ''
  for (const name in credentials) headers[name.toLowerCase()] = credentials[name] ?? ''
  return headers
}

interface Prepared {
  readonly base: BaseUrl
  readonly credentials: Headers
  readonly headers: Record<string, string>
  readonly leftMs: number
}

/** Everything that can be wrong before there is anything to send, as the reason why it is not sent. */
const prepare = (
  request: GatewayRequest,
  { account, deadline }: SendContext,
  options: ResolvedTransportOptions,
): Prepared | string => {
  const { credentials: credentialsOf, userAgent, clock } = options
  const base = addressOf(request, account, options)
  if (base === null)
    return request.host === undefined
      ? 'configuration: there is no baseUrl for this account'
      : 'configuration: there is no host of the name that the request calls'
  // An absolute URL here would make a proxy of the gateway, and `//host` another host of it.
  if (!/^\/(?!\/)/.test(request.path)) return 'the path does not begin with one slash'
  const leftMs = deadline - clock.now()
  if (!(leftMs > 0)) return 'the deadline is over'
  try {
    const credentials = credentialsOf(account)
    const headers = headersFor(request, userAgent, credentials)
    if (headers.host !== undefined) return 'the request names a host; that is for baseUrl to do'
    return { base, credentials, headers, leftMs }
  } catch (error) {
    return reasonOf('no credentials for this account', error)
  }
}

/**
 * A transport over HTTPS. Each `send` puts the request on the wire at most once, whatever happens, follows no redirect, uses no proxy, and
 * ends by `context.deadline`:
 *
 * - `answered`: a whole answer, of any status;
 * - `not_sent`: it is certain that no byte of the request was written (no URL for the account, DNS, connection refused, TLS, connect
 *   timeout, too many requests at work, deadline over before there was a connection);
 * - `unknown`: everything else, connection resets included.
 *
 * It never throws and may be used concurrently: requests of one host are sent in the order in which they came, as connections get free.
 * Construction throws `FlorinError('configuration')`. Credentials are added to what is sent and appear nowhere else.
 */
export const httpTransport = (given: HttpTransportOptions): HttpTransport => {
  const options = resolveTransportOptions(given)
  const { maxAnswerBytes, maxInFlight } = options
  const pool = new ConnectionPool(options)
  const observe = observer(options)
  let inFlight = 0
  let closing: Promise<void> | null = null

  const dispatch = (request: GatewayRequest, prepared: Prepared, settled: (sent: Sent, by: Exchange) => void): void => {
    const { base, headers, leftMs } = prepared
    inFlight += 1
    const exchange = new Exchange(maxAnswerBytes, {
      settled: (sent) => {
        clearTimeout(timer)
        settled(sent, exchange)
      },
      // Counted until undici lets go, and not only until the caller knows: what it holds is memory still.
      released: (whole) => {
        inFlight -= 1
        ticket.carrier?.release(whole)
      },
      withdrawn: () => {
        if (pool.withdraw(ticket)) inFlight -= 1
      },
    })
    const { method } = request
    const body = request.encoding === 'base64' ? Buffer.from(request.body ?? '', 'base64') : request.body
    const path = base.prefix + request.path
    const ticket = new Ticket(base.origin, { path, method, headers, body, idempotent: false }, exchange)
    const timer = setTimeout(() => exchange.expire(ticket.carrier !== null), Math.min(leftMs, TIMER_MAX_MS))
    pool.send(ticket)
  }

  const send = (request: GatewayRequest, context: SendContext): Promise<Sent> => {
    const note = observe(request, context.account)
    const refused = (reason: string): Promise<Sent> => {
      const sent: Sent = { outcome: 'not_sent', reason, fault: 'local' }
      note?.(sent, null, null)
      return Promise.resolve(sent)
    }
    if (closing !== null) return refused('the transport is closed')
    if (inFlight >= maxInFlight) return refused(`${maxInFlight} requests are at work already`)
    const prepared = prepare(request, context, options)
    if (typeof prepared === 'string') return refused(prepared)
    return new Promise((resolve) => {
      dispatch(request, prepared, (sent, exchange) => {
        resolve(sent)
        note?.(sent, prepared, exchange)
      })
    })
  }

  return {
    send,
    close() {
      closing ??= pool.close()
      return closing
    },
    stats: () => ({ inFlight, ...pool.use }),
  }
}
