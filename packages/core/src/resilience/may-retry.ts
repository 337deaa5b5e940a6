import type { Answer } from '../gateways/index.ts'

/** Whether the same bytes may go to the same gateway again, under the same key. */
export type RetryVerdict =
  | { readonly again: 'now' }
  /** The gateway asks to be left alone for so long. */
  | { readonly again: 'after'; readonly waitMs: number }
  /** Something may have happened: only resolution (FAILURES 2.3) may ask, and decides whether to send again. */
  | { readonly again: 'resolve' }
  | { readonly again: 'never'; readonly because: 'decided' | 'undecided_elsewhere' | 'too_late' | 'goes_on' }

/** What the answer alone does not say. */
export interface RetrySituation {
  readonly now: number
  /**
   * From this instant on the request is not sent any more: the payment's expiry, or the end of the gateway's memory of its key less a
   * margin, whichever comes first; `now` or earlier where nobody wants the attempt any more.
   */
  readonly sendUntil: number
}

/**
 * Says for each end of a call whether it may be sent again under its key (FAILURES 1, F3–F8, and 2.3). Pure. `never` includes what is
 * decided: after a decline a new attempt under a new key may follow, which is failover's to say.
 */
export const mayRetry = (answer: Answer, { now, sendUntil }: RetrySituation): RetryVerdict => {
  switch (answer.effect) {
    case 'not_sent': // F3: nothing happened
      return now < sendUntil ? { again: 'now' } : { again: 'never', because: 'too_late' }
    case 'unknown': {
      const waitMs = answer.retryAfterMs
      // A replayed failure comes again for ever under this key (F8); a plain unknown may have taken effect.
      if (answer.replayed === true || waitMs === undefined) return { again: 'resolve' }
      return now + waitMs < sendUntil ? { again: 'after', waitMs } : { again: 'resolve' } // F5, F6
    }
    case 'absent': // answers a lookup, and alone proves nothing
      return { again: 'resolve' }
    case 'rejected': {
      const waitMs = answer.retryAfterMs // F5: refused for now; else F4, F7
      const later = waitMs !== undefined && now + waitMs < sendUntil
      return later ? { again: 'after', waitMs } : { again: 'never', because: 'decided' }
    }
    case 'applied':
      return { again: 'never', because: 'decided' }
    case 'pending':
      return { again: 'never', because: 'undecided_elsewhere' }
    case 'next':
      return { again: 'never', because: 'goes_on' }
  }
}
