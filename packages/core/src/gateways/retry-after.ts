import type { GatewayResponse } from './answer.ts'

const SECONDS = /^[1-9][0-9]{0,4}$/

/**
 * For how long an answer asks to be left alone: its `Retry-After` in whole seconds (RFC 9110, 10.2.3), or `usualMs` where it names none,
 * zero, more than a day or so, or a date, for which an adapter has no clock.
 */
export const retryAfterMs = ({ headers }: Pick<GatewayResponse, 'headers'>, usualMs: number): number => {
  const given = headers['retry-after']?.trim() ?? ''
  return SECONDS.test(given) ? Number(given) * 1_000 : usualMs
}
