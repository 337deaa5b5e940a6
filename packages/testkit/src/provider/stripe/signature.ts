import { createHmac } from 'node:crypto'

/** `t=<seconds>,v1=<hex>`, with one `v1` per active secret (docs.stripe.com/webhooks#verify-manually). */
export const stripeSignature = (secrets: readonly string[], second: number, body: Uint8Array): string =>
  [
    `t=${second}`,
    ...secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${second}.`).update(body).digest('hex')}`),
  ].join(',')
