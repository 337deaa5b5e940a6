import { FlorinError } from '@florin/core/gateways'
import { type BaseUrlOf, checkBaseUrls, checkHosts, type HostOf } from './base-url.ts'
import type { ExchangeReport } from './exchange-report.ts'

/** Headers that authenticate us for an account. Called for each send; what it gives is never stored, logged or put into an error. */
export type Credentials = (account: string) => Readonly<Record<string, string>>

/** How a transport reaches its gateway. */
export interface HttpTransportOptions {
  /**
   * Where the gateway is: one URL for all accounts, or one for each account, by its name (a live prefix for each company, regions). https,
   * but for loopback. A path is put before every request's path. An account without a URL is `not_sent`, never sent to another's host.
   */
  readonly baseUrl: string | Readonly<Record<string, string>>
  /**
   * The gateway's further hosts, by the names that its requests call them by (`host`), for all accounts. They share the limits below with
   * `baseUrl`, and get the same credentials. A request that names any other host is `not_sent`. Default: none.
   */
  readonly hosts?: Readonly<Record<string, string>>
  readonly credentials?: Credentials
  /** Allows plain http to other hosts than loopback: for development inside a private network only. */
  readonly allowHttp?: boolean
  /**
   * Sockets to all hosts of this provider together. Default: 100. By Little's law that carries 1,000 calls a second at a gateway that takes
   * 100 ms, ten times what Stripe accepts from an account by default.
   */
  readonly connections?: number
  /** Sockets to one host. Default: 50, or `connections` if that is less: a host that hangs leaves the others half of them. */
  readonly connectionsPerHost?: number
  /**
   * How long a socket is used. Default: 300 seconds, so that a change of the host's addresses is followed and load spreads anew. A socket
   * that is older carries no further request; what it carries is never cut.
   */
  readonly connectionLifetimeMs?: number
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
  /** How many bytes the head of an answer may have; a longer one is `unknown`. Default: 64 KiB, four times what Node's servers accept. */
  readonly maxHeaderBytes?: number
  /**
   * Certificates to trust instead of the system's, in PEM: for a private gateway. Without it, Node's own apply, `NODE_EXTRA_CA_CERTS`
   * included. Verification itself cannot be turned off.
   */
  readonly ca?: string | readonly string[]
  /** Default: `florin`. */
  readonly userAgent?: string
  /**
   * Called once for each `send`, when its outcome is known, with what a log may show of it. Called in the way of the answer, so it should
   * only take note. What it throws is not handed on; the process is warned once.
   */
  readonly onExchange?: (exchange: ExchangeReport) => void
  /** Headers of an answer that hold the gateway's id of the request; the first that is there counts. */
  readonly requestIdHeaders?: readonly string[]
  /** Where deadlines are measured. Default: the system's clock. */
  readonly clock?: { now(): number }
}

/** The options, checked, with every default in its place. */
export interface ResolvedTransportOptions {
  readonly baseUrlOf: BaseUrlOf
  readonly hostOf: HostOf
  readonly credentials: Credentials
  readonly connections: number
  readonly connectionsPerHost: number
  readonly connectionLifetimeMs: number
  readonly maxInFlight: number
  readonly connectTimeoutMs: number
  readonly maxAnswerBytes: number
  readonly maxHeaderBytes: number
  readonly ca: string | readonly string[] | undefined
  readonly userAgent: string
  readonly onExchange: ((exchange: ExchangeReport) => void) | undefined
  readonly requestIdHeaders: readonly string[]
  readonly clock: { now(): number }
}

const NO_CREDENTIALS: Credentials = () => ({})
const REQUEST_ID_HEADERS = ['request-id', 'x-request-id', 'pspreference', 'x-correlation-id', 'correlation-id']
const systemClock = { now: () => Date.now() }

const KNOWN: Readonly<Record<keyof HttpTransportOptions, true>> = {
  ...{ baseUrl: true, hosts: true, credentials: true, allowHttp: true, connections: true, connectionsPerHost: true },
  ...{ connectionLifetimeMs: true, maxInFlight: true, connectTimeoutMs: true, maxAnswerBytes: true },
  ...{ maxHeaderBytes: true, ca: true, userAgent: true, onExchange: true, requestIdHeaders: true, clock: true },
}

const refuse = (why: string): never => {
  throw new FlorinError('configuration', `transport: ${why}`)
}

/** What a program in JavaScript, or a file of settings, may get wrong; numbers and addresses are checked where they are read. */
const checkTypes = (options: HttpTransportOptions): void => {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) return refuse('give its options, at least { baseUrl }')
  for (const name of Object.keys(given))
    if (!Object.hasOwn(KNOWN, name)) refuse(`there is no option '${name}'; known are ${Object.keys(KNOWN).join(', ')}`)
  for (const name of ['credentials', 'onExchange'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function') refuse(`${name} must be a function`)
  const { requestIdHeaders: ids, userAgent } = options
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((name) => typeof name === 'string')))
    refuse('requestIdHeaders must be a list of names of headers')
  if (userAgent !== undefined && (typeof userAgent !== 'string' || !/^[\x20-\x7e]+$/.test(userAgent)))
    refuse('userAgent must be printable ASCII: it goes into a header')
}

const count = (name: string, value: number): number =>
  Number.isSafeInteger(value) && value >= 1
    ? value
    : refuse(`${name} is ${typeof value === 'number' ? value : `a ${typeof value}`}; give a whole number above zero`)

/** The one gate for options. Throws `configuration`. */
export const resolveTransportOptions = (options: HttpTransportOptions): ResolvedTransportOptions => {
  checkTypes(options)
  const connections = count('connections', options.connections ?? 100)
  const connectionsPerHost = count('connectionsPerHost', options.connectionsPerHost ?? Math.min(50, connections))
  if (connectionsPerHost > connections)
    refuse(`connectionsPerHost is ${connectionsPerHost}, and all hosts together have ${connections}; raise connections`)
  return Object.freeze({
    baseUrlOf: checkBaseUrls(options.baseUrl, options.allowHttp ?? false),
    hostOf: checkHosts(options.hosts ?? {}, options.allowHttp ?? false),
    credentials: options.credentials ?? NO_CREDENTIALS,
    connections,
    connectionsPerHost,
    connectionLifetimeMs: count('connectionLifetimeMs', options.connectionLifetimeMs ?? 300_000),
    maxInFlight: count('maxInFlight', options.maxInFlight ?? 1_000),
    connectTimeoutMs: count('connectTimeoutMs', options.connectTimeoutMs ?? 5_000),
    maxAnswerBytes: count('maxAnswerBytes', options.maxAnswerBytes ?? 1_048_576),
    maxHeaderBytes: count('maxHeaderBytes', options.maxHeaderBytes ?? 65_536),
    ca: options.ca,
    userAgent: options.userAgent ?? 'florin',
    onExchange: options.onExchange,
    requestIdHeaders: (options.requestIdHeaders ?? REQUEST_ID_HEADERS).map((name) => name.toLowerCase()),
    clock: options.clock ?? systemClock,
  })
}
