import type { CustomerAction } from '@florin/core/gateways'
import type { WireIntent } from '../wire/intent.ts'
import type { ReadScope } from './scope.ts'

/**
 * What the buyer has to do, or null for what this adapter has no word for. A redirect is a plain page; `sdk` wants Stripe.js:
 * `stripe(data.publishable_key).handleNextAction({ clientSecret: data.client_secret })`.
 */
export const actionOf = (intent: WireIntent, { options, account }: ReadScope): CustomerAction | null => {
  const { next_action: action, client_secret: secret } = intent
  if (action?.type === 'redirect_to_url' && action.redirect_to_url)
    return { type: 'redirect', url: action.redirect_to_url.url, method: 'GET' }
  if (action?.type !== 'use_stripe_sdk' || typeof secret !== 'string') return null
  const key = options.accounts.get(account)?.publishableKey
  return {
    type: 'sdk',
    data: { provider: 'stripe', client_secret: secret, ...(key !== undefined && { publishable_key: key }) },
  }
}
