import { type Clock, FlorinError, type Random, type Scheduler, systemRuntime } from '@florin/core'

/** The API version that the double speaks, and answers with where a request names none. */
export const STRIPE_VERSION = '2026-10-28.endive'

const DAY_MS = 86_400_000

/** What the keys of one Stripe account are. */
export interface StripeAccount {
  /** The secret key, `sk_test_…` or a restricted `rk_test_…`. */
  readonly apiKey: string
  /** Signs its webhooks, `whsec_…`; two during a rotation, both sign. Default: random. */
  readonly webhookSecret?: string | readonly string[]
}

/** How a Stripe double is to be. Waits are milliseconds, fees minor units as Stripe counts them. */
export interface StripeDoubleOptions {
  /** Default: 0, any free port. */
  readonly port?: number
  /** Default: `127.0.0.1`. */
  readonly host?: string
  /** Where browsers reach it, for 3-D Secure. Default: its own address. */
  readonly publicUrl?: string
  /** By Florin's name of the account. Default: `default`, with the key `sk_test_florin`. Accounts share nothing but the books. */
  readonly accounts?: Readonly<Record<string, StripeAccount>>
  /**
   * A file in which the double notes what comes in over HTTP, so that it can be killed and started again, with its books and secrets, and with
   * the webhooks that nobody took. One double at a time may have it. Faults and dashboards are not noted: use neither with it, and no `clock`.
   */
  readonly journal?: string
  /** Default: the system's. */
  readonly clock?: Clock
  /**
   * Lets the double act by itself when something is due, and retry webhooks. Default: the system's, but none where a `clock` is given:
   * then due things happen on the next request, `tick()` or `deliveries()`.
   */
  readonly scheduler?: Scheduler | null
  readonly random?: Random
  /** Where webhooks are POSTed: a URL, or one per account. Default: nowhere; `deliveries()` has them in either case. */
  readonly webhookUrl?: string | ((account: string) => string)
  /** Whether events are made at all. Default: true; a benchmark that reads none turns them off. */
  readonly events?: boolean
  /** Whether the accounts may capture several times, which Stripe grants by contract. Default: true. */
  readonly multicapture?: boolean
  /** Whether the accounts may raise an authorisation, which Stripe grants by contract. Default: true. */
  readonly incrementalAuthorization?: boolean
  /** What Stripe keeps of each capture, and for each chargeback. Default: 2.9 % and 30, rounded half up; 1,500. */
  readonly fees?: { readonly basisPoints?: number; readonly fixed?: number; readonly dispute?: number }
  /** How long an authorisation holds. Default: 7 days, what Stripe says of most cards in a shop. */
  readonly authorizationTtlMs?: number
  /** When things happen that Stripe does later by itself: a pending refund, the fee of an asynchronous capture. Default: 1 second. */
  readonly laterMs?: number
  /** How long an idempotency key is remembered. Default: 24 hours, the least that Stripe promises; then a key executes anew. */
  readonly keyRetentionMs?: number
  /** How long a new payment stays out of search. Default: 0; at Stripe it is under a minute, and up to an hour in an outage. */
  readonly searchLagMs?: number
  /** For how many further requests a new payment stays out of search. Default: 0. */
  readonly searchLagRequests?: number
  /** How many payments are remembered at least, twice as many at most. Default: 10,000. A benchmark sets 1,000. */
  readonly remember?: number
}

/** One account with everything in its place. */
export interface ResolvedAccount {
  readonly name: string
  readonly apiKey: string
  readonly webhookSecrets: readonly string[]
}

/** The options, checked, with every default in its place. */
export interface ResolvedOptions {
  readonly accounts: readonly ResolvedAccount[]
  readonly clock: Clock
  readonly scheduler: Scheduler | null
  readonly random: Random
  readonly events: boolean
  readonly multicapture: boolean
  readonly incrementalAuthorization: boolean
  readonly feeBasisPoints: number
  readonly feeFixed: number
  readonly disputeFee: number
  readonly authorizationTtlMs: number
  readonly laterMs: number
  readonly keyRetentionMs: number
  readonly searchLagMs: number
  readonly searchLagRequests: number
  readonly remember: number
}

const refuse = (message: string): FlorinError => new FlorinError('configuration', `stripe double: ${message}`)

const whole = (name: string, value: number, least: 0 | 1): number => {
  if (!Number.isSafeInteger(value) || value < least)
    throw refuse(`${name} is ${value}; give a whole number${least === 1 ? ' above zero' : ', zero or more'}`)
  return value
}

const KEY = /^[sr]k_test_[A-Za-z0-9_]+$/

const resolveAccount = (name: string, account: StripeAccount, random: Random): ResolvedAccount => {
  if (!KEY.test(account.apiKey)) throw refuse(`the apiKey of account '${name}' is no test key; it begins with sk_test_`)
  const given = account.webhookSecret ?? `whsec_${Buffer.from(random.bytes(24)).toString('hex')}`
  const webhookSecrets = typeof given === 'string' ? [given] : [...given]
  if (
    webhookSecrets.length < 1 ||
    webhookSecrets.length > 2 ||
    webhookSecrets.some((each) => !/^whsec_.{16}/.test(each))
  )
    throw refuse(
      `account '${name}' needs one webhookSecret, or two during a rotation, each whsec_ and 16 characters or more`,
    )
  return Object.freeze({ name, apiKey: account.apiKey, webhookSecrets: Object.freeze(webhookSecrets) })
}

const resolveAccounts = (given: Readonly<Record<string, StripeAccount>>, random: Random): ResolvedAccount[] => {
  const accounts = Object.entries(given).map(([name, account]) => resolveAccount(name, account, random))
  if (accounts.length === 0) throw refuse('accounts is empty; name at least one')
  if (new Set(accounts.map(({ apiKey }) => apiKey)).size !== accounts.length)
    throw refuse('two accounts have the same apiKey; each needs its own')
  return accounts
}

/** The one gate for options. Throws `FlorinError('configuration')`. */
export const resolveOptions = (options: StripeDoubleOptions): ResolvedOptions => {
  const system = systemRuntime()
  const random = options.random ?? system.random
  return Object.freeze({
    accounts: resolveAccounts(options.accounts ?? { default: { apiKey: 'sk_test_florin' } }, random),
    clock: options.clock ?? system.clock,
    scheduler:
      options.scheduler !== undefined ? options.scheduler : options.clock === undefined ? system.scheduler : null,
    random,
    events: options.events ?? true,
    multicapture: options.multicapture ?? true,
    incrementalAuthorization: options.incrementalAuthorization ?? true,
    feeBasisPoints: whole('fees.basisPoints', options.fees?.basisPoints ?? 290, 0),
    feeFixed: whole('fees.fixed', options.fees?.fixed ?? 30, 0),
    disputeFee: whole('fees.dispute', options.fees?.dispute ?? 1_500, 0),
    authorizationTtlMs: whole('authorizationTtlMs', options.authorizationTtlMs ?? 7 * DAY_MS, 1),
    laterMs: whole('laterMs', options.laterMs ?? 1_000, 0),
    keyRetentionMs: whole('keyRetentionMs', options.keyRetentionMs ?? DAY_MS, 1),
    searchLagMs: whole('searchLagMs', options.searchLagMs ?? 0, 0),
    searchLagRequests: whole('searchLagRequests', options.searchLagRequests ?? 0, 0),
    remember: whole('remember', options.remember ?? 10_000, 1),
  })
}
