import { createHmac } from 'node:crypto'
import type { RawDelivery } from '@florin/core/gateways'

/** A delivery of `event` as Stripe would sign it now. */
export const signedEvent = (
  event: object,
  secret: string,
  { account = 'default', at = Date.now() }: { readonly account?: string; readonly at?: number } = {},
): RawDelivery => {
  const body = Buffer.from(JSON.stringify(event))
  const second = Math.floor(at / 1_000)
  const v1 = createHmac('sha256', secret).update(`${second}.`).update(body).digest('hex')
  return { account, headers: { 'stripe-signature': `t=${second},v1=${v1}` }, body, receivedAt: at }
}
