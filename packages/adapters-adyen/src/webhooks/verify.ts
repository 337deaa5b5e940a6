import { FlorinError, type RawDelivery } from '@florin/core/gateways'
import type { Environment } from '../endpoint.ts'
import type { ResolvedAccount } from '../options.ts'
import { isAuthorized } from './basic-auth.ts'
import { isSigned } from './hmac.ts'
import { readNotification } from './notification.ts'

const BODY_MAX_BYTES = 524_288 // Adyen's notifications have 1 to 4 kB

const refuse = (why: string): never => {
  throw new FlorinError('webhook_rejected', `the Adyen webhook is refused: ${why}`)
}

const foreign = (why: string): never => {
  throw new FlorinError('webhook_foreign', `the Adyen webhook is not ours: ${why}`)
}

/**
 * Fails closed. Adyen signs eight fields of each event and no time, so the channel's password is asked for too, and every event of a
 * delivery must be signed. Throws `webhook_rejected`, and `webhook_foreign` for authentic events of another merchant account or of the
 * other environment.
 */
export const verifyWebhook = (delivery: RawDelivery, account: ResolvedAccount, environment: Environment): void => {
  const { webhook, merchantAccount, name } = account
  if (webhook === null) return refuse(`account '${name}' has no hmacKeys`)
  if (delivery.body.length > BODY_MAX_BYTES) return refuse(`it has ${delivery.body.length} bytes`)
  if (!isAuthorized(delivery.headers.authorization, webhook.user, webhook.password))
    return refuse('its basic authentication is missing or wrong')
  const { live, items } = readNotification(delivery.body)
  if (!items.every((item) => isSigned(item, webhook.hmacKeys)))
    return refuse('an event in it is not signed with our key')
  if (items.some(({ merchantAccountCode }) => merchantAccountCode !== merchantAccount))
    return foreign(`an event in it is about another merchant account than '${merchantAccount}'`)
  if (live !== (environment === 'live'))
    return foreign(`it is ${live ? 'live' : 'a test'}, and environment is '${environment}'`)
}
