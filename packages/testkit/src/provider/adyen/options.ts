import { type Clock, FlorinError, type Random, type Scheduler, systemRuntime } from '@florin/core'

const HOUR_MS = 3_600_000

/** A stored payment method that the double knows from the start. */
export interface AdyenStoredCard {
  /** A test card number; the double gives only its last four digits away. */
  readonly number: string
  /** May be a trigger, such as `NOT_ENOUGH_BALANCE`. */
  readonly holderName?: string
  readonly shopperReference: string
}

/** How an Adyen double is to be. Waits are milliseconds. */
export interface AdyenDoubleOptions {
  /** Default: 0, any free port. */
  readonly port?: number
  /** Default: `127.0.0.1`. */
  readonly host?: string
  /**
   * The version of the API; others are not found. Default: `v71`, which Florin's adapter speaks. Adyen's library 32 for Node speaks `v72`,
   * which is the same for all that the double serves.
   */
  readonly version?: 'v71' | 'v72'
  /** What `X-API-Key` must be. Default: `adyen_test_key`. */
  readonly apiKey?: string
  /** The merchant account by Florin's name of the account. Default: `{ default: 'FlorinTestECOM' }`. One company owns them all. */
  readonly accounts?: Readonly<Record<string, string>>
  /** Signs webhooks: 64 hexadecimal digits, as Adyen makes them. Default: random. */
  readonly hmacKey?: string
  /** The basic authentication that webhooks carry. Default: `florin` and a random password. */
  readonly webhookAuth?: { readonly username: string; readonly password: string }
  /** Where webhooks are POSTed: a URL, or one per account. Default: nowhere; `deliveries()` has them in either case. */
  readonly webhookUrl?: string | ((account: string) => string)
  /** Serves https instead of http: a key and a certificate in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string }
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
  /** The merchant accounts' setting; Adyen's own default is `immediate`. A request's `manualCapture` or `captureDelayHours` goes first. */
  readonly captureDelay?: 'immediate' | 'manual'
  /** Whether the accounts may capture a payment several times. Default: false; what a capture leaves is then released, as at Adyen. */
  readonly multipleCaptures?: boolean
  /** When a modification is decided after it was received. Default: 0, right after the answer. */
  readonly modificationDelayMs?: number
  /** When a `Received` payment is decided. Default: 20 seconds. */
  readonly pendingMs?: number
  /** How long a shopper has. Default: 12 hours, Adyen's for cards; then OFFER_CLOSED. */
  readonly offerTtlMs?: number
  /** How long an authorisation holds. Default: 28 days; then EXPIRE. */
  readonly authorizationTtlMs?: number
  /** How long an idempotency key is remembered. Default: 7 days, the least that Adyen promises. */
  readonly keyRetentionMs?: number
  /** What becomes of a cancel while the shopper has not finished. Default: `refused`; there is nothing to cancel yet at Adyen. */
  readonly cancelUnfinished?: 'refused' | 'canceled'
  /** Stored payment methods by `storedPaymentMethodId`, besides those that payments store. */
  readonly storedCards?: Readonly<Record<string, AdyenStoredCard>>
  /** How many payments are remembered at least, twice as many at most. Default: 20,000. A benchmark sets 1,000. */
  readonly remember?: number
}

/** The options, checked, with every default in its place. */
export type ResolvedOptions = Readonly<
  Required<Omit<AdyenDoubleOptions, 'webhookUrl' | 'tls' | 'journal'>> & {
    readonly webhookUrl: ((account: string) => string) | null
    readonly tls: { readonly key: string; readonly cert: string } | null
  }
>

const whole = (name: string, value: number, least: number): number => {
  if (!Number.isSafeInteger(value) || value < least)
    throw new FlorinError(
      'configuration',
      `adyen double: ${name} is ${value}; give a whole number of at least ${least}`,
    )
  return value
}

const checkAccounts = (accounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const merchants = Object.values(accounts)
  if (merchants.length === 0 || merchants.includes('') || new Set(merchants).size !== merchants.length)
    throw new FlorinError(
      'configuration',
      'adyen double: name at least one account, each with a merchant account of its own',
    )
  return Object.freeze({ ...accounts })
}

const checkHmacKey = (key: string): string => {
  if (!/^[0-9a-fA-F]{64}$/.test(key))
    throw new FlorinError('configuration', 'adyen double: hmacKey must be 64 hexadecimal digits, as Adyen makes them')
  return key
}

/** The one gate for options. Throws `FlorinError('configuration')`. */
export const resolveOptions = (options: AdyenDoubleOptions): ResolvedOptions => {
  const system = systemRuntime()
  const random = options.random ?? system.random
  const secret = (bytes: number): string => Buffer.from(random.bytes(bytes)).toString('hex')
  const { webhookUrl } = options
  const byDefault = options.clock === undefined ? system.scheduler : null
  return Object.freeze({
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    version: options.version ?? 'v71',
    apiKey: options.apiKey ?? 'adyen_test_key',
    accounts: checkAccounts(options.accounts ?? { default: 'FlorinTestECOM' }),
    hmacKey: checkHmacKey(options.hmacKey ?? secret(32)),
    webhookAuth: options.webhookAuth ?? { username: 'florin', password: secret(16) },
    webhookUrl: typeof webhookUrl === 'string' ? () => webhookUrl : (webhookUrl ?? null),
    tls: options.tls ?? null,
    clock: options.clock ?? system.clock,
    scheduler: options.scheduler === undefined ? byDefault : options.scheduler,
    random,
    captureDelay: options.captureDelay ?? 'immediate',
    multipleCaptures: options.multipleCaptures ?? false,
    modificationDelayMs: whole('modificationDelayMs', options.modificationDelayMs ?? 0, 0),
    pendingMs: whole('pendingMs', options.pendingMs ?? 20_000, 0),
    offerTtlMs: whole('offerTtlMs', options.offerTtlMs ?? 12 * HOUR_MS, 1),
    authorizationTtlMs: whole('authorizationTtlMs', options.authorizationTtlMs ?? 28 * 24 * HOUR_MS, 1),
    keyRetentionMs: whole('keyRetentionMs', options.keyRetentionMs ?? 7 * 24 * HOUR_MS, 1),
    cancelUnfinished: options.cancelUnfinished ?? 'refused',
    storedCards: options.storedCards ?? {},
    remember: whole('remember', options.remember ?? 20_000, 1),
  })
}
