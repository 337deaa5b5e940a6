import { FlorinError, jsonIn, type RawDelivery } from '@florin/core/gateways'
import type { ResolvedOptions, Secrets } from '../options/options.ts'
import { signatureFault } from './signature.ts'

const BODY_MAX_BYTES = 1_048_576 // an event carries one object; its list fields are cut by Stripe long before

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `stripe: the webhook is refused: ${why}`)
}

const foreign = (why: string): never => {
  throw new FlorinError('webhook_foreign', `stripe: the webhook is authentic, and ${why}`)
}

/** The event as an object; undefined where the bytes are none. */
export const eventIn = (body: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  const value = jsonIn(body)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

/**
 * Fails closed. Throws `webhook_rejected` on anything that Stripe did not sign with one of the account's secrets within five minutes,
 * and `webhook_foreign` on what it did sign, but about another connected account or another mode than the keys'.
 */
export const stripeVerify = (delivery: RawDelivery, options: ResolvedOptions, secrets: Secrets): void => {
  const { account, headers, body, receivedAt } = delivery
  const configured = options.accounts.get(account)
  if (configured === undefined) return refuse('it came for an account that is not configured')
  if (body.length > BODY_MAX_BYTES) return refuse(`it has ${body.length} bytes`)
  const fault = signatureFault(secrets.webhookSecretsOf(account), headers['stripe-signature'], body, receivedAt)
  if (fault !== null) return refuse(fault)
  const event = eventIn(body)
  if (event === undefined) return refuse('it is not a JSON object')
  const named = event.account ?? event.context ?? undefined // `context` in thin events
  if (named !== configured.stripeAccount)
    return foreign(
      configured.stripeAccount === undefined
        ? `is about a connected account: configure it as an account with its stripeAccount, or let the endpoint of '${account}' listen to your own account only`
        : `is not about the connected account of '${account}'`,
    )
  if (options.mode !== null && event.livemode !== (options.mode === 'live'))
    return foreign(`is not of ${options.mode} mode: take the endpoint's secret from the mode of the keys`)
}
