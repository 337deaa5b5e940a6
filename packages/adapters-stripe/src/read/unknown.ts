import type { Answer } from '@florin/core/gateways'

/** An answer that proves nothing. `reason` is our own text: nothing that Stripe wrote goes into it but statuses and codes. */
export const unknown = (reason: string, gatewayId?: string): Answer =>
  gatewayId === undefined ? { effect: 'unknown', reason } : { effect: 'unknown', reason, gatewayId }

/** A word of Stripe's for a reason: cut, and without anything that could be a number. */
export const word = (text: string): string => (/^[a-z][a-z_]{0,39}$/.test(text) ? text : 'unrecognised')
