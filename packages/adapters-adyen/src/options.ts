import { FlorinError, type Transport } from '@florin/core/gateways'
import type { HttpTransportOptions } from '@florin/transport'
import { z } from 'zod'
import { disputesEndpointOf, type Environment, endpointOf } from './endpoint.ts'

/** How the HTTP client under the adapter is set up; where it goes and with which key are the adapter's to say. */
export type AdyenHttpOptions = Omit<HttpTransportOptions, 'baseUrl' | 'credentials'>

/** One merchant account of Adyen's. */
export interface AdyenAccount {
  /** An API credential's key, from the Customer Area of the same environment. */
  readonly apiKey: string
  readonly merchantAccount: string
  /** The HMAC keys of its webhook, 64 hexadecimal digits each: one, or two during a rotation. Without them webhooks are refused. */
  readonly hmacKeys?: readonly string[]
  /** The basic authentication that its webhook is set up with. Needed with `hmacKeys`: Adyen signs eight fields only, and no time. */
  readonly webhookUser?: string
  /** At least 8 characters. */
  readonly webhookPassword?: string
  /** Live only: the prefix of the company's live endpoints, as the Customer Area shows it. */
  readonly liveUrlPrefix?: string
}

/** How to reach Adyen: one merchant account, or several under names of your own. */
export interface AdyenOptions extends Partial<AdyenAccount> {
  /** Accounts by name, in place of one account's fields; the first is the default. One account is named as its `merchantAccount`. */
  readonly accounts?: Readonly<Record<string, AdyenAccount>>
  /** Which of Adyen's two worlds the keys are for. Never guessed: a test key at a live endpoint, and the reverse, are refused. */
  readonly environment: 'test' | 'live'
  /** Another endpoint that speaks Checkout v71, version in the path. Default: Adyen's own of the environment. */
  readonly baseUrl?: string
  /** Another endpoint that speaks the Disputes API v30, without its path. Default: Adyen's own of the environment; none with a `baseUrl`. */
  readonly disputesUrl?: string
  /**
   * Kinds of files that defend a dispute, in words of your own, with Adyen's type codes of documents, which it names for each reason of a
   * dispute. Default: `{ defense_material: 'DefenseMaterial' }`, which most reasons take.
   */
  readonly defenseDocuments?: Readonly<Record<string, string>>
  /** Where buyers come back to in charges that name no `returnUrl`; Adyen wants one always. */
  readonly returnUrl?: string
  /** Adyen enabled multiple partial captures for the accounts. Default: false, as at Adyen; a capture then releases what it leaves. */
  readonly multipleCaptures?: boolean
  /** Adyen enabled authorisation adjustment: card charges are then pre-authorisations, which may be raised. Default: false. */
  readonly increments?: boolean
  readonly http?: AdyenHttpOptions
  /** In place of the HTTP client, for tests: it must add the credentials itself. */
  readonly transport?: Transport
}

/** An account, checked. */
export interface ResolvedAccount {
  readonly name: string
  readonly apiKey: string
  readonly merchantAccount: string
  readonly webhook: { readonly hmacKeys: readonly string[]; readonly user: string; readonly password: string } | null
  readonly baseUrl: string
}

/** The options, checked, with every default in its place. */
export interface ResolvedOptions {
  readonly environment: Environment
  /** Null: acts on disputes are left to the Customer Area. */
  readonly disputesUrl: string | null
  /** Type codes by kind. */
  readonly defenseDocuments: ReadonlyMap<string, string>
  readonly accounts: ReadonlyMap<string, ResolvedAccount>
  readonly returnUrl: string | null
  readonly multipleCaptures: boolean
  readonly increments: boolean
  readonly http: AdyenHttpOptions
  readonly transport: Transport | null
}

// No message repeats a value: most of them are secrets. Header values hold no spaces or control characters.
const secret = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be the key as the Customer Area shows it: printable, without spaces')
const name = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, 'must be 1 to 80 letters, digits, dots, dashes or underscores')

const accountShape = {
  apiKey: secret,
  merchantAccount: name,
  hmacKeys: z
    .array(z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits, as Adyen generates it'))
    .min(1, 'must hold one key, or two during a rotation')
    .max(2, 'must hold one key, or two during a rotation')
    .optional(),
  webhookUser: z
    .string()
    .regex(/^[^\p{Cc}:]{1,255}$/u, "must be 1 to 255 characters without ':'")
    .optional(),
  webhookPassword: z
    .string()
    .regex(/^[^\p{Cc}]{8,255}$/u, 'must be 8 to 255 characters')
    .optional(),
  liveUrlPrefix: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'must be the prefix alone, such as 1797a841fbb37ca7-Shop')
    .optional(),
}

const accountSchema = z.strictObject(accountShape)
const optionsSchema = z.strictObject({
  ...z.strictObject(accountShape).partial().shape,
  accounts: z.record(name, accountSchema).optional(),
  environment: z.enum(['test', 'live']),
  baseUrl: z.string().optional(),
  disputesUrl: z.string().optional(),
  defenseDocuments: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a name in small letters, such as defense_material'),
      z.string().regex(/^[A-Za-z0-9]{1,64}$/, 'must be a type code such as DefenseMaterial'),
    )
    .optional(),
  returnUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  multipleCaptures: z.boolean().optional(),
  increments: z.boolean().optional(),
  http: z.custom<AdyenHttpOptions>((value) => typeof value === 'object' && value !== null).optional(),
  transport: z.custom<Transport>((value) => typeof value === 'object' && value !== null && 'send' in value).optional(),
})

const refuse = (why: string): never => {
  throw new FlorinError('configuration', `adyen: ${why}`)
}

const parse = (options: unknown) => {
  const parsed = optionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? `unknown option '${issue.keys[0]}'` : issue?.message
  return refuse(`${issue?.path.join('.') || 'options'}: ${unknown}`)
}

type Parsed = ReturnType<typeof parse>
type ParsedAccount = z.output<typeof accountSchema>

const accountsOf = (options: Parsed): readonly (readonly [string, ParsedAccount])[] => {
  const { accounts, apiKey, merchantAccount, hmacKeys, webhookUser, webhookPassword, liveUrlPrefix } = options
  const single = { apiKey, merchantAccount, hmacKeys, webhookUser, webhookPassword, liveUrlPrefix }
  if (accounts === undefined) {
    if (apiKey === undefined || merchantAccount === undefined)
      return refuse('give apiKey and merchantAccount, or accounts with both for each')
    return [[merchantAccount, { ...single, apiKey, merchantAccount }]]
  }
  if (Object.values(single).some((value) => value !== undefined))
    return refuse('give either accounts, or the fields of one account')
  const given = Object.entries(accounts)
  return given.length === 0 ? refuse('accounts is empty; name at least one') : given
}

const webhookOf = (
  name: string,
  { hmacKeys, webhookUser, webhookPassword }: ParsedAccount,
): ResolvedAccount['webhook'] => {
  if (hmacKeys === undefined && webhookUser === undefined && webhookPassword === undefined) return null
  if (hmacKeys === undefined || webhookUser === undefined || webhookPassword === undefined)
    return refuse(`account '${name}': webhooks need hmacKeys, webhookUser and webhookPassword together`)
  return Object.freeze({ hmacKeys: Object.freeze([...hmacKeys]), user: webhookUser, password: webhookPassword })
}

/** The one gate for options. Throws `configuration`; no message holds a key or a password. */
export const resolveOptions = (given: AdyenOptions): ResolvedOptions => {
  const options = parse(given)
  const { environment, baseUrl, disputesUrl } = options
  const accounts = accountsOf(options).map(([name, account]): ResolvedAccount => {
    const { apiKey, merchantAccount, liveUrlPrefix } = account
    const endpoint = endpointOf({ environment, baseUrl, liveUrlPrefix, account: name })
    return { name, apiKey, merchantAccount, webhook: webhookOf(name, account), baseUrl: endpoint }
  })
  return Object.freeze({
    environment,
    disputesUrl: disputesEndpointOf({ environment, baseUrl, disputesUrl }),
    defenseDocuments: new Map(Object.entries(options.defenseDocuments ?? { defense_material: 'DefenseMaterial' })),
    accounts: new Map(accounts.map((account) => [account.name, account])),
    returnUrl: options.returnUrl ?? null,
    multipleCaptures: options.multipleCaptures ?? false,
    increments: options.increments ?? false,
    http: options.http ?? {},
    transport: options.transport ?? null,
  })
}
