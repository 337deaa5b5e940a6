import type { Gateway, RawDelivery } from '../../gateways/index.ts'
import { FlorinError, isFlorinError } from '../../kernel/index.ts'

/**
 * What a gateway's adapter says of a delivery: null for authentic and ours, else why not: `webhook_rejected`, `webhook_foreign`. An
 * adapter that throws anything else has a bug, and nobody knows whether the delivery is authentic: `internal`, so that its sender
 * tries again. Its own words are not repeated, for they may quote the delivery.
 */
export const verdictOn = (gateway: Gateway, raw: RawDelivery): FlorinError | null => {
  try {
    gateway.verify(raw)
    return null
  } catch (error) {
    if (isFlorinError(error)) return error
    const name = error instanceof Error ? error.name : typeof error
    return new FlorinError('internal', `adapter '${gateway.name}' failed to verify a webhook (${name})`)
  }
}
