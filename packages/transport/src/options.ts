import { FlorinError } from '@florin/core/gateways'
import { type BaseUrl, checkBaseUrl } from './base-url.ts'

/** Headers that authenticate us for an account. Called for each send; what it gives is never stored, logged or put into an error. */
export type Credentials = (account: string) => Readonly<Record<string, string>>

/** How a transport reaches its gateway. */
export interface HttpTransportOptions {
  /** Where the gateway is. https, but for loopback. A path is put before every request's path. */
  readonly baseUrl: string
  readonly credentials?: Credentials
  /** Allows plain http to other hosts than loopback: for development inside a private network only. */
  readonly allowHttp?: boolean
  /**
   * Sockets of this instance, which speaks to one host. Default: 100. By Little's law that carries 1,000 calls a second at a gateway
   * that takes 100 ms, ten times what Stripe accepts from an account by default.
   */
  readonly connections?: number
  /**
   * Requests at work or waiting for a socket; one more is `not_sent` at once. Default: 1,000. More than that could only wait for its
   * deadline, and waiting requests hold memory.
   */
  readonly maxInFlight?: number
  /**
   * How long a connection may take to stand, TLS included. Default: 5 seconds: two lost SYN packets (1 s and 2 s of back-off) still get
   * through, and a host that is down is told from a slow one long before the caller's 10 seconds are over.
   */
  readonly connectTimeoutMs?: number
  /** How many bytes an answer may have; a longer one is `unknown`. Default: 1 MiB, a hundred times the longest charge object. */
  readonly maxAnswerBytes?: number
  /** Certificates to trust instead of the system's, in PEM: for a private gateway. Verification itself cannot be turned off. */
  readonly ca?: string | readonly string[]
  /** Default: `florin`. */
  readonly userAgent?: string
  /** Where deadlines are measured. Default: the system's clock. */
  readonly clock?: { now(): number }
}

/** The options, checked, with every default in its place. */
export interface ResolvedTransportOptions {
  readonly base: BaseUrl
  readonly credentials: Credentials
  readonly connections: number
  readonly maxInFlight: number
  readonly connectTimeoutMs: number
  readonly maxAnswerBytes: number
  readonly ca: string | readonly string[] | undefined
  readonly userAgent: string
  readonly clock: { now(): number }
}

const NO_CREDENTIALS: Credentials = () => ({})
const systemClock = { now: () => Date.now() }

const count = (name: string, value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new FlorinError('configuration', `transport: ${name} is ${value}; give a whole number above zero`)
  return value
}

/** The one gate for options. Throws `configuration`. */
export const resolveTransportOptions = (options: HttpTransportOptions): ResolvedTransportOptions =>
  Object.freeze({
    base: checkBaseUrl(options.baseUrl, options.allowHttp ?? false),
    credentials: options.credentials ?? NO_CREDENTIALS,
    connections: count('connections', options.connections ?? 100),
    maxInFlight: count('maxInFlight', options.maxInFlight ?? 1_000),
    connectTimeoutMs: count('connectTimeoutMs', options.connectTimeoutMs ?? 5_000),
    maxAnswerBytes: count('maxAnswerBytes', options.maxAnswerBytes ?? 1_048_576),
    ca: options.ca,
    userAgent: options.userAgent ?? 'florin',
    clock: options.clock ?? systemClock,
  })
