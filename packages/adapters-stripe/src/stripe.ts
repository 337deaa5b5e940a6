import { FlorinError, type Gateway, type Transport } from '@florin/core/gateways'
import { httpTransport } from '@florin/transport'
import { stripeCapabilities } from './capabilities.ts'
import { stripeDisputes } from './disputes/port.ts'
import { type ResolvedOptions, resolveOptions, type Secrets, type StripeOptions } from './options/options.ts'
import { stripeRead } from './read/read.ts'
import { FILES_HOST, stripeRequest } from './request/request.ts'
import { stripeParse } from './webhooks/parse.ts'
import { stripeVerify } from './webhooks/verify.ts'

const transportOf = (
  given: StripeOptions['transport'],
  { baseUrl, filesUrl }: ResolvedOptions,
  secrets: Secrets,
): Transport => {
  if (given !== undefined && 'send' in given) return given
  return httpTransport({
    ...given,
    baseUrl,
    hosts: { [FILES_HOST]: filesUrl },
    credentials: (account) => {
      const apiKey = secrets.apiKeyOf(account)
      if (apiKey === undefined) throw new FlorinError('configuration', 'stripe: there is no such account')
      return { authorization: `Bearer ${apiKey}` }
    },
  })
}

/**
 * Stripe as a gateway of Florin: PaymentIntents with manual or automatic capture, captures, cancels, increments, refunds, 3-D Secure,
 * lookups by id and by our reference, disputes, and signed webhooks. Speaks `STRIPE_VERSION`, whatever the account's default is. The attempt's id
 * is in the metadata of every PaymentIntent and Refund, and its key is Stripe's idempotency key.
 *
 * Pure but for its transport, and safe for concurrent use. Keys and secrets are in closures: nothing of the gateway shows them.
 * Throws `configuration` for keys of two modes or of the wrong kind, a live key over plain http, and unusable webhook secrets.
 *
 * @example
 * const gateway = stripe({ apiKey: 'sk_test_…', webhookSecret: 'whsec_…' })
 */
export const stripe = (given: StripeOptions): Gateway => {
  const { options, secrets } = resolveOptions(given)
  return Object.freeze({
    name: 'stripe',
    capabilities: stripeCapabilities(options),
    accounts: options.names,
    request: (command) => stripeRequest(command, options),
    read: (response, command) => stripeRead(response, command, { options, account: command.account }),
    verify: (delivery) => stripeVerify(delivery, options, secrets),
    parse: (body, account) => stripeParse(body, { options, account }),
    disputes: stripeDisputes(options),
    transport: transportOf(given.transport, options, secrets),
  } satisfies Gateway)
}
