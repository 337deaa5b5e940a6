import type { Answer } from '../gateways/index.ts'

/** Why a guard refuses a call by itself. It was never handed to the transport: `not_sent` needs no other proof. */
export const SHED_REASONS = ['breaker_open', 'bulkhead_full', 'rate_limited'] as const
/** One of them. */
export type ShedReason = (typeof SHED_REASONS)[number]

/** The answer of a call that was refused before anything was sent. */
export type ShedAnswer = Extract<Answer, { effect: 'not_sent' }> & { readonly reason: ShedReason }

/** One answer for each reason, made once. */
export const SHED: Readonly<Record<ShedReason, ShedAnswer>> = Object.freeze({
  breaker_open: Object.freeze({ effect: 'not_sent', reason: 'breaker_open' }),
  bulkhead_full: Object.freeze({ effect: 'not_sent', reason: 'bulkhead_full' }),
  rate_limited: Object.freeze({ effect: 'not_sent', reason: 'rate_limited' }),
})

/** Whether a guard refused the call: asking the same guard again at once would only add to the load that it sheds. */
export const isShed = (answer: Answer): answer is ShedAnswer =>
  answer.effect === 'not_sent' && (SHED_REASONS as readonly string[]).includes(answer.reason)
