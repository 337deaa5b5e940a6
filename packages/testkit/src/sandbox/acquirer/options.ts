import { type Clock, createIds, FlorinError, type Ids, type Random, type Scheduler, systemRuntime } from '@florin/core'
import { checkSecrets } from '../webhooks/sign.ts'
import { DAY_MS } from './settlement.ts'

/** Thirty currencies that an acquirer of some size takes; `XTS`, ISO's code for tests, is among those that it never does. */
export const SANDBOX_CURRENCIES =
  'AED AUD BHD BRL CAD CHF CLP CNY CZK DKK EUR GBP HKD HUF ILS INR ISK JPY KRW KWD MXN NOK NZD PLN RON SEK SGD TRY USD ZAR'.split(
    ' ',
  ) as readonly string[]

/** How an acquirer is to be. Amounts are minor units, waits are milliseconds. */
export interface AcquirerOptions {
  /** Default: the system's. */
  readonly clock?: Clock
  /**
   * Lets the acquirer act by itself when something is due (a pending charge is decided, a day settles) and retry webhooks. Default: the
   * system's, but none where a `clock` is given: then due things happen on the next request or `tick()`.
   */
  readonly scheduler?: Scheduler | null
  readonly random?: Random
  readonly ids?: Ids
  /** API key by account. Default: one account, `default`, with the key `sandbox_default`. */
  readonly accounts?: Readonly<Record<string, string>>
  readonly currencies?: readonly string[]
  /** What a merchant pays on each capture. Default: 1.5 %, rounded half up, and nothing fixed. */
  readonly fees?: { readonly basisPoints?: number; readonly fixedMinor?: bigint }
  /** How long an authorisation holds. Default: seven days, Visa's usual limit for card-not-present. */
  readonly authorizationTtlMs?: number
  /** How long a buyer has for a challenge. Default: 15 minutes. */
  readonly challengeTtlMs?: number
  /** When a pending charge is decided. Default: 20 seconds. */
  readonly pendingMs?: number
  /** How long `tok_slow` takes to answer. Default: 15 seconds, beyond the 10 after which Florin detaches. */
  readonly slowMs?: number
  /** How long an idempotency key is remembered. Default: 24 hours. */
  readonly keyRetentionMs?: number
  /** Signs webhooks: at least 24 bytes, one or two (both sign, for rotation). Default: random. */
  readonly webhookSecret?: string | readonly string[]
  /** Where the challenge page is. Default: `https://sandbox.invalid`, which a server replaces by its own address. */
  readonly publicUrl?: string
  /** How many charges are remembered at least, twice as many at most; the books count all. Default: 20,000, up to some 150 MB. */
  readonly remember?: number
}

/** The options, checked, with every default in its place. */
export interface ResolvedOptions {
  readonly clock: Clock
  readonly scheduler: Scheduler | null
  readonly ids: Ids
  readonly accounts: Readonly<Record<string, string>>
  readonly currencies: ReadonlySet<string>
  readonly feeBasisPoints: bigint
  readonly feeFixedMinor: bigint
  readonly authorizationTtlMs: number
  readonly challengeTtlMs: number
  readonly pendingMs: number
  readonly slowMs: number
  readonly keyRetentionMs: number
  readonly webhookSecrets: readonly [string, ...string[]]
  readonly publicUrl: string
  readonly remember: number
}

const positive = (name: string, value: number): number => {
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new FlorinError('configuration', `sandbox: ${name} is ${value}; give a whole number above zero`)
  return value
}

const checkAccounts = (accounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const keys = Object.values(accounts)
  if (keys.length === 0) throw new FlorinError('configuration', 'sandbox: accounts is empty; name at least one')
  if (keys.some((key) => key === '') || new Set(keys).size !== keys.length)
    throw new FlorinError('configuration', 'sandbox: every account needs an API key of its own, not empty')
  return Object.freeze({ ...accounts })
}

/** The one gate for options. Throws `FlorinError('configuration')`. */
export const resolveOptions = (options: AcquirerOptions): ResolvedOptions => {
  const system = systemRuntime()
  const clock = options.clock ?? system.clock
  const random = options.random ?? system.random
  const basisPoints = options.fees?.basisPoints ?? 150
  if (!Number.isSafeInteger(basisPoints) || basisPoints < 0)
    throw new FlorinError(
      'configuration',
      `sandbox: fees.basisPoints is ${basisPoints}; give a whole number, 150 is 1.5 %`,
    )
  const secret = options.webhookSecret ?? Buffer.from(random.bytes(32)).toString('base64url')
  return Object.freeze({
    clock,
    scheduler:
      options.scheduler !== undefined ? options.scheduler : options.clock === undefined ? system.scheduler : null,
    ids: options.ids ?? createIds(clock, random),
    accounts: checkAccounts(options.accounts ?? { default: 'sandbox_default' }),
    currencies: new Set(options.currencies ?? SANDBOX_CURRENCIES),
    feeBasisPoints: BigInt(basisPoints),
    feeFixedMinor: options.fees?.fixedMinor ?? 0n,
    authorizationTtlMs: positive('authorizationTtlMs', options.authorizationTtlMs ?? 7 * DAY_MS),
    challengeTtlMs: positive('challengeTtlMs', options.challengeTtlMs ?? 15 * 60_000),
    pendingMs: positive('pendingMs', options.pendingMs ?? 20_000),
    slowMs: positive('slowMs', options.slowMs ?? 15_000),
    keyRetentionMs: positive('keyRetentionMs', options.keyRetentionMs ?? DAY_MS),
    webhookSecrets: checkSecrets(secret),
    publicUrl: (options.publicUrl ?? 'https://sandbox.invalid').replace(/\/+$/, ''),
    remember: positive('remember', options.remember ?? 20_000),
  })
}
