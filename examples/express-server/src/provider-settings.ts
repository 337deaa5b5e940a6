import { FlorinError } from '@florin/core'
import { type Env, given, url } from './environment.ts'

/** A Stripe account, or what speaks Stripe's API at `baseUrl`. */
export interface StripeSettings {
  readonly apiKey: string
  readonly baseUrl: string | undefined
  readonly webhookSecret: string | undefined
}

/** An Adyen merchant account, or what speaks Adyen's Checkout API at `baseUrl`. */
export interface AdyenSettings {
  readonly apiKey: string
  readonly merchantAccount: string
  readonly baseUrl: string | undefined
  readonly webhooks: { readonly hmacKey: string; readonly user: string; readonly password: string } | undefined
}

/** The providers that the environment has keys for; with none, the example sells through the sandbox. */
export interface ProviderSettings {
  readonly stripe: StripeSettings | undefined
  readonly adyen: AdyenSettings | undefined
}

const refuse = (message: string): never => {
  throw new FlorinError('configuration', message)
}

/** The variables of a group that belong together: all of them, or undefined where none is given. Throws `configuration`. */
const together = <const N extends string>(env: Env, names: readonly N[]): Readonly<Record<N, string>> | undefined => {
  const values = names.map((name) => [name, given(env, name)] as const)
  const missing = values.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) return refuse(`${missing.join(' and ')} must be set too: ${names.join(', ')} go together`)
  return Object.fromEntries(values) as Record<N, string>
}

const stripeOf = (env: Env): StripeSettings | undefined => {
  const baseUrl = url(env, 'STRIPE_BASE_URL')
  const webhookSecret = given(env, 'STRIPE_WEBHOOK_SECRET')
  const apiKey = given(env, 'STRIPE_API_KEY')
  if (apiKey === undefined) {
    if (baseUrl !== undefined || webhookSecret !== undefined) return refuse('STRIPE_API_KEY must be set too')
    return undefined
  }
  // The page lets whoever opens it refund, and its cards are test cards.
  if (/^[sr]k_live_/.test(apiKey))
    return refuse('STRIPE_API_KEY is a live key: this example takes a test key, sk_test_…')
  return { apiKey, baseUrl, webhookSecret }
}

const adyenOf = (env: Env): AdyenSettings | undefined => {
  const account = together(env, ['ADYEN_API_KEY', 'ADYEN_MERCHANT_ACCOUNT'])
  const baseUrl = url(env, 'ADYEN_BASE_URL')
  const webhooks = together(env, ['ADYEN_HMAC_KEY', 'ADYEN_WEBHOOK_USER', 'ADYEN_WEBHOOK_PASSWORD'])
  if (account === undefined) {
    if (baseUrl !== undefined || webhooks !== undefined)
      return refuse('ADYEN_API_KEY and ADYEN_MERCHANT_ACCOUNT must be set too')
    return undefined
  }
  return {
    apiKey: account.ADYEN_API_KEY,
    merchantAccount: account.ADYEN_MERCHANT_ACCOUNT,
    baseUrl,
    webhooks: webhooks && {
      hmacKey: webhooks.ADYEN_HMAC_KEY,
      user: webhooks.ADYEN_WEBHOOK_USER,
      password: webhooks.ADYEN_WEBHOOK_PASSWORD,
    },
  }
}

/** Reads the providers' variables. Throws `configuration` naming the variable, and never its value. */
export const readProviders = (env: Env): ProviderSettings => ({ stripe: stripeOf(env), adyen: adyenOf(env) })
