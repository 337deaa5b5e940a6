import type { GatewayRequest, SendContext, Sent, Transport } from '@florin/core/gateways'
import { Pool } from 'undici'
import { Exchange } from './exchange.ts'
import { type HttpTransportOptions, type ResolvedTransportOptions, resolveTransportOptions } from './options.ts'
import { reasonOf } from './reason.ts'

const TIMER_MAX_MS = 2_147_483_647 // setTimeout fires at once beyond this

const notSent = (reason: string): Sent => ({ outcome: 'not_sent', reason })

/** HTTP/1.1 without pipelining: the only forms in which undici requeues a request that it has written are HTTP/2's GOAWAY and a pipeline. */
const createPool = ({ base, connections, connectTimeoutMs, ca }: ResolvedTransportOptions): Pool =>
  new Pool(base.origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    connectTimeout: connectTimeoutMs,
    headersTimeout: 0, // the deadline of each send rules, and nothing else
    bodyTimeout: 0,
    connect: {
      rejectUnauthorized: true, // said out loud, because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default
      minVersion: 'TLSv1.2',
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    },
  })

const headersFor = (
  request: GatewayRequest,
  account: string,
  { credentials, userAgent }: ResolvedTransportOptions,
): Record<string, string> => {
  const headers: Record<string, string> = { 'user-agent': userAgent }
  for (const name in request.headers) headers[name.toLowerCase()] = request.headers[name] ?? ''
  const secret = credentials(account)
  for (const name in secret) headers[name.toLowerCase()] = secret[name] ?? ''
  return headers
}

/**
 * A transport over HTTPS. Each `send` puts the request on the wire at most once, whatever happens, follows no redirect, and ends by
 * `context.deadline`:
 *
 * - `answered`: a whole answer, of any status;
 * - `not_sent`: it is certain that no byte of the request was written (DNS, connection refused, TLS, connect timeout, too many requests
 *   at work, deadline over before there was a connection);
 * - `unknown`: everything else, connection resets included.
 *
 * It never throws and may be used concurrently. Construction throws `FlorinError('configuration')`. Credentials are added to what is
 * sent and appear nowhere else.
 */
export const httpTransport = (given: HttpTransportOptions): Transport & { close(): Promise<void> } => {
  const options = resolveTransportOptions(given)
  const { base, clock, maxAnswerBytes, maxInFlight } = options
  const pool = createPool(options)
  let inFlight = 0
  let closing: Promise<void> | null = null

  const dispatch = (request: GatewayRequest, headers: Record<string, string>, leftMs: number): Promise<Sent> =>
    new Promise((resolve) => {
      inFlight += 1
      const settle = (sent: Sent): void => {
        clearTimeout(timer)
        resolve(sent)
      }
      // Counted until undici lets go, and not only until the caller knows: what waits for a dead host holds memory still.
      const exchange = new Exchange(maxAnswerBytes, settle, () => {
        inFlight -= 1
      })
      const timer = setTimeout(() => exchange.expire(), Math.min(leftMs, TIMER_MAX_MS))
      const { method, body } = request
      try {
        pool.dispatch({ path: base.prefix + request.path, method, headers, body, idempotent: false }, exchange)
      } catch (error) {
        exchange.onResponseError(null, error)
      }
    })

  const send = (request: GatewayRequest, { account, deadline }: SendContext): Promise<Sent> => {
    if (closing !== null) return Promise.resolve(notSent('the transport is closed'))
    if (inFlight >= maxInFlight) return Promise.resolve(notSent(`${maxInFlight} requests are at work already`))
    // An absolute URL here would make a proxy of the gateway, and `//host` another host of it.
    if (!/^\/(?!\/)/.test(request.path)) return Promise.resolve(notSent('the path does not begin with one slash'))
    const leftMs = deadline - clock.now()
    if (!(leftMs > 0)) return Promise.resolve(notSent('the deadline is over'))
    try {
      return dispatch(request, headersFor(request, account, options), leftMs)
    } catch (error) {
      return Promise.resolve(notSent(reasonOf('no credentials for this account', error)))
    }
  }

  return {
    send,
    /** Lets what is at work end, each by its deadline, and sends nothing more. */
    close() {
      closing ??= pool.close()
      return closing
    },
  }
}
