import { FlorinError } from '@florin/core'
import type { Charge } from './charge.ts'
import type { State } from './state.ts'

/** What the buyer's return from a challenge brings along. */
export interface ChallengeReturn {
  /** For `complete`: the query parameters that the page adds to the return URL. */
  readonly payload: Readonly<Record<string, string>>
  /** The charge's return URL with these parameters, or null where the charge has none. */
  readonly redirectUrl: string | null
}

const withQuery = (url: string, payload: Readonly<Record<string, string>>): string => {
  const target = new URL(url)
  for (const [name, value] of Object.entries(payload)) target.searchParams.set(name, value)
  return target.toString()
}

/**
 * Records what the buyer did on the challenge page. The charge itself goes on only when it is completed, as with a real 3-D Secure
 * result. Answering twice keeps the first answer. Throws `invalid_state` for a charge that waits for no challenge.
 */
export const answerChallenge = (state: State, charge: Charge, result: 'pass' | 'fail'): ChallengeReturn => {
  if (charge.challenge === null) {
    if (charge.waiting?.for !== 'challenge')
      throw new FlorinError('invalid_state', `charge ${charge.reference} has no open challenge at the sandbox acquirer`)
    // Opaque, so that editing the return URL cannot turn a failed challenge into a passed one.
    charge.challenge = { result: state.options.ids.make('res'), passed: result === 'pass' }
  }
  const payload = { charge: charge.id, challenge_result: charge.challenge.result }
  return { payload, redirectUrl: charge.returnUrl === null ? null : withQuery(charge.returnUrl, payload) }
}
