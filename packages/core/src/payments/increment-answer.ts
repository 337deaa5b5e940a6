import { acknowledge } from './acknowledge.ts'
import { attemptData, type FinalAnswer, UNREACHABLE } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId, lost } from './lost.ts'
import { holdBook } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { release } from './release.ts'
import { attemptOf, isRefused, openHold } from './state.ts'

/** Decides what an answer to an incremental authorisation means. `amount` of the attempt is the increase. */
export const answerIncrement = (draft: PaymentDraft, id: string, answer: FinalAnswer): void => {
  const attempt = attemptOf(draft.state, id)
  switch (answer.effect) {
    case 'applied': {
      learnId(draft, attempt, answer.gatewayId)
      draft.move(id, isRefused(attempt) ? 'late' : 'applied', { applied: attempt.amount, due: null, awaits: null })
      const before = openHold(draft.payment)
      draft.setPayment({ authorized: draft.payment.authorized + attempt.amount })
      if (answer.expiresAt !== undefined) draft.setPayment({ authorizedUntil: answer.expiresAt })
      draft.event('payment.incremented', attemptData(attempt), hold(draft, attempt, before))
      // Heard of only after the rest was given back, which included it: gateways raise no authorisation that is over.
      if (isRestGivenBack(draft, attempt)) release(draft, `${id}/release`, attempt)
      return
    }
    case 'pending':
      learnId(draft, attempt, answer.gatewayId)
      return acknowledge(draft, attempt, answer.expiresAt, 'payment.increment_pending')
    case 'rejected':
      draft.move(id, 'rejected', { decline: answer.decline, due: null })
      return draft.event('payment.increment_failed', { ...attemptData(attempt), code: answer.decline.code })
    case 'not_sent':
      if (attempt.state !== 'sent') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { decline: UNREACHABLE, due: null })
      return draft.event('payment.increment_failed', { ...attemptData(attempt), code: UNREACHABLE.code })
    case 'unknown':
      return lost(draft, attempt, answer.reason, answer)
  }
}

/** Holds what was added, but for what a capture that was told of first had taken already. */
const hold = (draft: PaymentDraft, attempt: AttemptRow, before: bigint): Uint8Array | null => {
  const held = before < 0n ? before + attempt.amount : attempt.amount
  return held > 0n ? draft.book('increment', `${attempt.id}/authorize`, holdBook(draft.state, attempt, held)) : null
}

const isRestGivenBack = ({ state }: PaymentDraft, { parent }: AttemptRow): boolean =>
  state.attempts.some(
    (one) =>
      one.parent === parent &&
      one.state === 'applied' &&
      (one.kind === 'cancel' || (one.kind === 'capture' && one.final)),
  )
