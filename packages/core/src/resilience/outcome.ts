import type { Answer, Sent } from '../gateways/index.ts'

/** What a call says about the health of its gateway. */
export const OUTCOMES = [
  'success', // done, or a lookup that was answered
  'decline', // a proper answer: counts for the approval rate, never against the gateway
  'pending', // a proper answer, too: somebody else decides
  'busy', // asked to come again later: too many requests, or the key's first request is at work
  'error', // answered with a failure or something unreadable, or the connection broke
  'timeout', // no answer in time
  'refused', // no connection: nothing was sent
] as const
/** One of them. */
export type Outcome = (typeof OUTCOMES)[number]

/** What a transport and an adapter made of one send. */
export interface Exchange {
  readonly sent: Sent
  readonly answer: Answer
}

/**
 * Reads the outcome of an exchange that took `tookMs`. After `lateMs` whatever got lost is a timeout. Null where the gateway was not even
 * tried for reasons of our own: that says nothing about it. Pure.
 */
export const outcomeOf = ({ sent, answer }: Exchange, tookMs: number, lateMs: number): Outcome | null => {
  if (sent.outcome === 'not_sent') return sent.fault === 'local' ? null : 'refused'
  if (sent.outcome === 'unknown') return tookMs >= lateMs ? 'timeout' : 'error'
  if (sent.response.status === 429) return 'busy'
  switch (answer.effect) {
    case 'applied':
    case 'next':
    case 'absent':
      return 'success'
    case 'rejected':
      return 'decline'
    case 'pending':
      return 'pending'
    case 'not_sent':
      return 'refused'
    case 'unknown':
      return answer.retryAfterMs === undefined ? 'error' : 'busy'
  }
}

/** Whether nobody knows if the call took effect. An answer that only asks to come again is `busy`, and says so by itself. */
export const isUnknown = ({ answer }: Exchange): boolean =>
  answer.effect === 'unknown' && answer.retryAfterMs === undefined

const RETRY_AFTER_SECONDS = /^\s*(\d{1,6})\s*$/

/**
 * How long a gateway that answered 429 wants to be left alone: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else what the
 * adapter read, else `usualMs`. Undefined where it answered anything else. A 409 is about one key, and holds up nobody else.
 */
export const throttledForMs = ({ sent, answer }: Exchange, now: number, usualMs: number): number | undefined => {
  if (sent.outcome !== 'answered' || sent.response.status !== 429) return undefined
  const header = sent.response.headers['retry-after']
  if (header !== undefined) {
    const seconds = RETRY_AFTER_SECONDS.exec(header)?.[1]
    if (seconds !== undefined) return Number(seconds) * 1_000
    const date = Date.parse(header)
    if (!Number.isNaN(date)) return Math.max(0, date - now)
  }
  return (answer.effect === 'unknown' || answer.effect === 'rejected' ? answer.retryAfterMs : undefined) ?? usualMs
}
