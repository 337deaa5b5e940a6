import type { RawDelivery } from '@florin/core/gateways'
import { keyOf } from '../options.ts'
import { webhookSignature } from '../standard-webhooks.ts'

/** Makes events into deliveries that arrive now, each with an id of its own. */
export const webhookSigner = (secret: string): ((event: object) => RawDelivery) => {
  const key = keyOf(secret)
  let events = 0
  return (event) => {
    events += 1
    const id = `evt_${events}`
    const receivedAt = Date.now()
    const seconds = String(Math.floor(receivedAt / 1_000))
    const body = Buffer.from(JSON.stringify({ id, ...event }))
    const signature = webhookSignature(key, id, seconds, body).toString('base64')
    const headers = { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
    return { account: 'default', headers, body, receivedAt }
  }
}
