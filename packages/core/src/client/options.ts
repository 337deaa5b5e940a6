import { z } from 'zod'
import { type Gateway, METHOD_TYPES, type MethodType } from '../gateways/index.ts'
import { FlorinError, isFlorinError, type Runtime } from '../kernel/index.ts'
import { currencyOf, parseAmount } from '../money/index.ts'
import type { ResilienceOptions } from '../resilience/index.ts'
import { checkGateways, type RoutingOptions } from '../routing/index.ts'
import type { KeyProvider } from '../sealing/index.ts'
import type { Storage } from '../storage/index.ts'
import { disputePolicyInput, disputePolicyOf } from './dispute-policy.ts'
import { checkFx, fxOptions } from './fx-options.ts'
import { nameInput } from './gate.ts'
import type { GatewayHealthChange } from './health-watch.ts'
import { approvalOf, payoutOptions } from './payout-options.ts'
import { refundPolicyInput, refundPolicyOf } from './refund-policy.ts'
import { settlementPlans } from './settlement-options.ts'

const has = <T>(what: string, ...names: readonly (keyof T & string)[]) =>
  z.custom<T>(
    (value) => typeof value === 'object' && value !== null && names.every((name) => name in value),
    `must be ${what}`,
  )

const span = (defaultMs: number) => z.number().int().min(1).max(31_536_000_000).default(defaultMs)

const fee = z
  .strictObject({
    /** Hundredths of a percent: 290 is 2.9 %. */
    basisPoints: z.number().int().min(0).max(10_000),
    /** By currency, decimal strings: `{ EUR: '0.25' }`. */
    fixed: z.record(z.string(), z.string()).optional(),
  })
  .transform((value) => ({
    basisPoints: value.basisPoints,
    ...(value.fixed === undefined ? {} : { fixed: value.fixed }),
  }))

const onUnknown = z.union([z.boolean(), z.array(z.enum(METHOD_TYPES)).min(1).readonly()])
const maxAttempts = z.number().int().min(1).max(10)

const failover = z.strictObject({
  /**
   * Whether an authorisation is left for another gateway while nobody knows what became of it: for every method that gateways can hold,
   * or for those named. What may have been reserved there is reversed, and a buyer may see two reservations for a while; so it is off
   * unless you want it.
   */
  onUnknown: onUnknown.default(false),
  /** 3: the best gateway, the next, and one more. A buyer does not wait for a fourth. 1: no failover. */
  maxAttempts: maxAttempts.default(3),
  /** 6 s: with `onUnknown`, how long an answer is waited for; then the next gateway has 4 s until the caller stops waiting. */
  afterMs: span(6_000),
  /** 5 minutes from the buyer's act: longer than any answer takes, and later the buyer is gone, so nobody else is asked by itself. */
  withinMs: span(300_000),
})

const MERCHANT = /^mer_[\w-]{1,60}$/
const merchantId = z.string().regex(MERCHANT, "must be 'mer_' and 1 to 60 letters, digits, '_' or '-'")

const schema = z.strictObject({
  storage: has<Storage>('a storage: memoryStorage(), sqlite(…)', 'commit', 'load', 'find', 'migrate'),
  gateways: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be a short lower-case name'),
    has<Gateway>('a gateway: sandbox(…), stripe(…)', 'name', 'capabilities', 'request', 'read', 'transport'),
  ),
  /** Where data keys come from. Default: a key file, `.florin/keys.json`, made on first use. */
  keys: has<KeyProvider>('a key provider: localKeys(…)', 'current', 'byId', 'index').optional(),
  /** The merchants that there are, with their terms. Without it, any well-formed merchant id will do. */
  merchants: z
    .record(
      merchantId,
      z.strictObject({
        /** What the platform charges the merchant for a capture. */
        fee: fee.optional(),
        /**
         * A retry, or expiry, may put an attempt aside that its gateway cannot take back (a bank transfer on its way); if it succeeds
         * after all, it is refunded. Off: such an attempt has to end first.
         */
        refundLateSuccess: z.boolean().default(false),
        /** In place of the general setting. */
        whenDown: z.enum(['queue', 'fail']).optional(),
        /** How the merchant's money, and its sellers', is settled, by plan; in place of the general plans. */
        settlement: settlementPlans.optional(),
        /** In place of the general settings. */
        failover: z.strictObject({ onUnknown: onUnknown.optional(), maxAttempts: maxAttempts.optional() }).prefault({}),
        /** In place of the general policy, the whole of it. */
        refunds: refundPolicyInput.optional(),
        /** In place of the general policy, the whole of it. */
        disputes: disputePolicyInput.optional(),
      }),
    )
    .optional(),
  /** Where payments go: rules, splits, scores. Checked against the gateways. */
  routing: z.custom<RoutingOptions>().optional(),
  /** Breakers, limits and retries around each gateway. */
  resilience: z.custom<ResilienceOptions>().optional(),
  /** When a charge goes on at another gateway by itself. */
  failover: failover.prefault({}),
  /**
   * Where no gateway can be asked, and certainly nothing happened anywhere: `queue` keeps the payment `processing` and tries it again for
   * `parkedForMs`, `fail` declines it at once. A shop whose buyers wait at the counter wants to know at once, so that is the default.
   */
  whenDown: z.enum(['queue', 'fail']).default('fail'),
  /** What refunds are made at all, and which a person approves first. Absent: all, at once. */
  refunds: refundPolicyInput.optional(),
  /** What is done about disputes without being asked. Absent: nobody gives up or submits anything, and 72 hours before a deadline it is told. */
  disputes: disputePolicyInput.optional(),
  /** Who acts where no merchant is named. */
  defaultMerchant: merchantId.default('mer_default'),
  /** What a duplicate of a call in flight gets, unless the call says otherwise. */
  whenInFlight: z.enum(['conflict', 'wait']).default('conflict'),
  /**
   * How many days the frozen answer of an idempotency key is kept; after that a repetition is refused with `idempotency_expired`.
   * Absent: for ever.
   */
  idempotencyResultDays: z.number().int().min(1).max(3650).optional(),
  /**
   * How many days the raw bytes of gateways' webhooks are kept once they were worked off; they hold personal data. A replay reaches as far
   * back. 90: longer than a buyer takes to complain, and than gateways keep theirs. What is dead keeps its bytes.
   */
  webhookBodyDays: z.number().int().min(1).max(3650).default(90),
  timings: z
    .strictObject({
      /** 10 s: after that a person has given up looking at a spinner (FAILURES 2.6). */
      callerDeadlineMs: span(10_000),
      /** 80 s: processors allow 60 to 90 s; giving up earlier manufactures unknowns. */
      attemptDeadlineMs: span(80_000),
      /** 15 s: how long after a crash recovery waits; renewed while a call is on its way. */
      leaseMs: span(15_000),
      /** 7 days: how long a payment without money takes attempts. */
      paymentExpiryMs: span(604_800_000),
      /** 1 hour: how long a payment waits for a gateway that can be asked, where `whenDown` is `queue`. */
      parkedForMs: span(3_600_000),
      /** 1 s: how often recovery looks for work; it is one index range when there is none. */
      recoveryIntervalMs: span(1_000),
    })
    .prefault({}),
  /** How merchants' money is settled, by plan. Without one it stays pending. */
  settlement: settlementPlans.optional(),
  /** Money to bank accounts: by which rails, and who approves. */
  payouts: payoutOptions.prefault({}),
  fx: fxOptions.prefault({}),
  runtime: has<Runtime>('a runtime', 'clock', 'scheduler', 'random', 'ids').optional(),
  /**
   * Hears at once when a gateway's circuit breaker moves, or routing trusts it more or less: for alarms and dashboards. It is called while a
   * payment may be waiting, so it must return at once; what it throws goes to `onError`. Each process tells what it sees.
   */
  onHealthChange: z
    .custom<(change: GatewayHealthChange) => unknown>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  /** Hears of what no caller can be told: background work that failed, handlers that threw. Must not throw. */
  onError: z.custom<(error: unknown) => void>((value) => typeof value === 'function', 'must be a function').optional(),
})

/** What `createFlorin` takes. */
export type FlorinOptions<G extends Record<string, Gateway> = Record<string, Gateway>> = Omit<
  z.input<typeof schema>,
  'gateways' | 'routing'
> & { readonly gateways: G; readonly routing?: RoutingOptions<keyof G & string> | undefined }

export type ResolvedOptions = Readonly<z.output<typeof schema>>

/** The one gate for options: checked, completed with defaults, frozen. */
export const resolveOptions = (input: unknown): ResolvedOptions => {
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw refused(parsed.error)
  const options = parsed.data
  if (Object.keys(options.gateways).length === 0) {
    throw new FlorinError('configuration', 'gateways: at least one is needed, e.g. `gateways: { sandbox: sandbox() }`')
  }
  checkDefaultMerchant(options)
  for (const [merchant, terms] of Object.entries(options.merchants ?? {})) {
    checkFee(merchant, terms.fee?.fixed ?? {})
    refundPolicyOf(terms.refunds, `merchants.${merchant}.refunds`)
    disputePolicyOf(terms.disputes, `merchants.${merchant}.disputes`)
  }
  refundPolicyOf(options.refunds, 'refunds')
  disputePolicyOf(options.disputes, 'disputes')
  approvalOf(options.payouts.approveFrom)
  checkFx(options.fx)
  checkGateways(new Map(Object.entries(options.gateways)), { failoverOnUnknown: leftBehind(options) })
  return Object.freeze(options)
}

/** The methods of an opt-in: `true` means those that any of the gateways can hold; nothing else can be reversed. */
export const methodsOf = (
  given: boolean | readonly MethodType[],
  gateways: readonly Gateway[],
): readonly MethodType[] => {
  if (given === true) return METHOD_TYPES.filter((type) => gateways.some((one) => holds(one, type)))
  return given === false ? [] : given
}

const holds = ({ capabilities }: Gateway, type: MethodType): boolean =>
  capabilities.methods[type]?.separateCapture === true

/** Every method that anybody's authorisations may be left behind for. */
const leftBehind = ({ failover: general, merchants = {}, gateways }: ResolvedOptions): readonly MethodType[] => {
  const all = [general, ...Object.values(merchants).map((one) => one.failover)]
  return [...new Set(all.flatMap((one) => methodsOf(one.onUnknown ?? false, Object.values(gateways))))]
}

const refused = (error: z.ZodError): FlorinError => {
  const [issue] = error.issues
  const path = issue?.path.join('.') || 'options'
  const why = issue?.message.slice(0, MESSAGE_MAX) ?? 'is not valid'
  return new FlorinError('configuration', `${path}: ${why}`, { details: { path } })
}

const MESSAGE_MAX = 300 // names of options that there are not are listed, however many

const checkDefaultMerchant = ({ merchants, defaultMerchant }: ResolvedOptions): void => {
  if (merchants === undefined || Object.hasOwn(merchants, defaultMerchant)) return
  throw new FlorinError(
    'configuration',
    `defaultMerchant: '${defaultMerchant}' is not among \`merchants\`: add it there, or name one of them`,
    { details: { path: 'defaultMerchant' } },
  )
}

const checkFee = (merchant: string, fixed: Readonly<Record<string, string>>): void => {
  for (const [currency, text] of Object.entries(fixed)) {
    const path = `merchants.${merchant}.fee.fixed.${currency.slice(0, 10)}`
    try {
      parseAmount(text, currencyOf(currency).code, path)
    } catch (cause) {
      const why = isFlorinError(cause) ? cause.message : 'is not an amount'
      throw new FlorinError('configuration', why, { details: { path }, cause })
    }
  }
}

/** Refuses an id that is malformed, or not among the configured merchants. */
export const checkMerchant = (options: ResolvedOptions, merchant: string): string => {
  nameInput(merchant, 'merchant')
  if (!MERCHANT.test(merchant)) {
    throw new FlorinError(
      'invalid_request',
      `'${merchant.slice(0, 70)}' is not a merchant id: 'mer_' and 1 to 60 letters, digits, '_' or '-'`,
    )
  }
  if (options.merchants === undefined || Object.hasOwn(options.merchants, merchant)) return merchant
  throw new FlorinError('not_found', `merchant '${merchant}' is not configured: add it to \`merchants\``)
}
