import { FlorinError, type Transport } from '@florin/core/gateways'
import type { HttpTransportOptions } from '@florin/transport'
import { z } from 'zod'
import { modeOfKey, oneMode, type StripeMode } from './api-key.ts'
import { webhookSecrets } from './webhook-secret.ts'

/** One Stripe account. */
export interface StripeAccountOptions {
  /** `sk_…`, or a restricted key `rk_…`. */
  readonly apiKey: string
  /** The signing secret of the account's webhook endpoint, `whsec_…`; two during a rotation. Without it webhooks are refused. */
  readonly webhookSecret?: string | readonly string[] | undefined
  /** Connect: the connected account, `acct_…`, for which the platform's key acts. Webhooks must then name it. */
  readonly stripeAccount?: string | undefined
  /** `pk_…`, handed to the buyer's device with an action that Stripe.js has to carry out. */
  readonly publishableKey?: string | undefined
}

/** How Florin reaches Stripe. Either the fields of one account, which is then called `default`, or `accounts`. */
export interface StripeOptions extends Partial<StripeAccountOptions> {
  /** Accounts by Florin's names for them; the first is the default. All are test accounts, or all are live. */
  readonly accounts?: Readonly<Record<string, StripeAccountOptions>> | undefined
  /** Default: `https://api.stripe.com`. Another one is for endpoints that speak Stripe's API. */
  readonly baseUrl?: string | undefined
  /** Where files go, evidence for disputes. Default: `https://files.stripe.com`; with a `baseUrl` that is not Stripe's, that one. */
  readonly filesUrl?: string | undefined
  /** Refuses keys of the other mode. Default: the keys' own. */
  readonly mode?: StripeMode | undefined
  /**
   * `one_step` creates and confirms in one call: one round trip, and a charge whose answer is lost is found by our reference.
   * `two_step` creates, commits the id, then confirms: a charge is never looked for, at the price of another call and commit, and
   * also where Stripe's search is not offered (accounts in India). Default: `one_step`.
   */
  readonly form?: 'one_step' | 'two_step' | undefined
  /** Whether Stripe granted these accounts several captures of one authorisation. Default: false. */
  readonly multicapture?: boolean | undefined
  /** Whether Stripe granted these accounts incremental authorisations. Default: false. */
  readonly incrementalAuthorization?: boolean | undefined
  /** Lets Stripe send its receipts to the buyer's address: in live mode it does so whatever the dashboard says. Default: false. */
  readonly receiptEmails?: boolean | undefined
  /** How requests travel: options for the transport (its deadlines, limits and observers), or a transport, which adds credentials itself. */
  readonly transport?: Omit<HttpTransportOptions, 'baseUrl' | 'hosts' | 'credentials'> | Transport | undefined
}

/** One account, checked. */
export interface ResolvedAccount {
  readonly stripeAccount: string | undefined
  readonly publishableKey: string | undefined
}

/** The options, checked, with every default in its place. Free of secrets: those are in `Secrets`. */
export interface ResolvedOptions {
  readonly accounts: ReadonlyMap<string, ResolvedAccount>
  readonly names: readonly [string, ...string[]]
  readonly baseUrl: string
  readonly filesUrl: string
  /** Null where neither the keys nor the options say. */
  readonly mode: StripeMode | null
  /** Whether `baseUrl` is Stripe's own, and not an endpoint that speaks its API. */
  readonly atStripe: boolean
  readonly form: 'one_step' | 'two_step'
  readonly multicapture: boolean
  readonly incrementalAuthorization: boolean
  readonly receiptEmails: boolean
  readonly webhooks: boolean
}

/** What must never be seen: kept in closures, and handed to those that use it only. */
export interface Secrets {
  apiKeyOf(account: string): string | undefined
  webhookSecretsOf(account: string): readonly string[]
}

const STRIPE_URL = 'https://api.stripe.com'
const STRIPE_FILES_URL = 'https://files.stripe.com' // docs.stripe.com/file-upload: another host than that of the other endpoints

const accountShape = {
  apiKey: z.string(),
  webhookSecret: z.union([z.string(), z.array(z.string())]).optional(),
  stripeAccount: z
    .string()
    .regex(/^acct_[A-Za-z0-9]+$/, "must be a connected account's id, acct_…")
    .optional(),
  publishableKey: z
    .string()
    .regex(/^pk_[A-Za-z0-9_]+$/, 'must be a publishable key, pk_…')
    .optional(),
}
const optionsShape = z.strictObject({
  ...accountShape,
  apiKey: z.string().optional(),
  accounts: z
    .record(z.string().regex(/^[\w.-]{1,64}$/, 'must be a short name'), z.strictObject(accountShape))
    .optional(),
  baseUrl: z.string().optional(),
  filesUrl: z.string().optional(),
  mode: z.enum(['test', 'live']).optional(),
  form: z.enum(['one_step', 'two_step']).default('one_step'),
  multicapture: z.boolean().default(false),
  incrementalAuthorization: z.boolean().default(false),
  receiptEmails: z.boolean().default(false),
  transport: z
    .custom<NonNullable<StripeOptions['transport']>>((value) => typeof value === 'object' && value !== null)
    .optional(),
})
type Parsed = z.output<typeof optionsShape>
type ParsedAccount = z.output<z.ZodObject<typeof accountShape>>

const refuse = (message: string): never => {
  throw new FlorinError('configuration', `stripe: ${message}`)
}

/** zod's messages name what was expected and never repeat a value, which here may be a secret. */
const parsed = (options: StripeOptions): Parsed => {
  const result = optionsShape.safeParse(options)
  if (result.success) return result.data
  const [issue] = result.error.issues
  return refuse(`option ${issue?.path.join('.') || '(all)'}: ${issue?.message ?? 'is not understood'}`)
}

const accountsOf = (options: Parsed): ReadonlyMap<string, ParsedAccount> => {
  const { apiKey, webhookSecret, stripeAccount, publishableKey, accounts } = options
  if (accounts === undefined) {
    if (apiKey === undefined) return refuse('give an apiKey, or accounts')
    return new Map([['default', { apiKey, webhookSecret, stripeAccount, publishableKey }]])
  }
  const beside = Object.entries({ apiKey, webhookSecret, stripeAccount, publishableKey }).find(
    ([, value]) => value !== undefined,
  )
  if (beside !== undefined) return refuse(`give ${beside[0]} inside accounts, not beside it`)
  const map = new Map(Object.entries(accounts))
  return map.size === 0 ? refuse('accounts is empty; name at least one') : map
}

const checkPublishable = (account: string, key: string | undefined, mode: StripeMode | null): void => {
  if (key !== undefined && mode !== null && !key.startsWith(`pk_${mode}_`))
    refuse(`the publishableKey of account '${account}' is not a ${mode} key, as the others are`)
}

/** The one gate for options. Throws `configuration`; no message repeats a key or a secret. */
export const resolveOptions = (
  given: StripeOptions,
): { readonly options: ResolvedOptions; readonly secrets: Secrets } => {
  const options = parsed(given)
  const accounts = accountsOf(options)
  const baseUrl = options.baseUrl ?? STRIPE_URL
  const atStripe = /^https?:\/\/([\w-]+\.)*stripe\.com\.?(?::\d+)?(?:\/|$)/i.test(baseUrl)
  const modes = new Map([...accounts].map(([name, { apiKey }]) => [name, modeOfKey(apiKey, name, atStripe)]))
  const filesUrl = options.filesUrl ?? (atStripe ? STRIPE_FILES_URL : baseUrl)
  const mode = oneMode(modes, options.mode, { baseUrl, filesUrl })
  const keys = new Map([...accounts].map(([name, { apiKey }]) => [name, apiKey]))
  const signing = new Map([...accounts].map(([name, { webhookSecret }]) => [name, webhookSecrets(webhookSecret, name)]))
  for (const [name, { publishableKey }] of accounts) checkPublishable(name, publishableKey, mode)
  const { form, multicapture, incrementalAuthorization, receiptEmails } = options
  return {
    options: Object.freeze({
      accounts: new Map(
        [...accounts].map(([name, { stripeAccount, publishableKey }]) => [name, { stripeAccount, publishableKey }]),
      ),
      names: Object.freeze([...accounts.keys()]) as unknown as readonly [string, ...string[]],
      baseUrl,
      filesUrl,
      mode,
      atStripe,
      form,
      multicapture,
      incrementalAuthorization,
      receiptEmails,
      webhooks: [...signing.values()].every((secrets) => secrets.length > 0),
    }),
    secrets: Object.freeze({
      apiKeyOf: (account) => keys.get(account),
      webhookSecretsOf: (account) => signing.get(account) ?? [],
    } satisfies Secrets),
  }
}
