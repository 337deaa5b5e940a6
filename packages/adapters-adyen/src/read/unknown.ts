import type { Answer } from '@florin/core/gateways'

/** An answer that proves nothing. */
export type Unknown = Extract<Answer, { effect: 'unknown' }>

/** Says that nobody knows, and why; never with a text of Adyen's. */
export const unknown = (reason: string, more: Partial<Pick<Unknown, 'gatewayId' | 'retryAfterMs'>> = {}): Unknown => ({
  effect: 'unknown',
  reason,
  ...more,
})
