import type { Decline } from '../gateways/index.ts'
import { formatAmount } from '../money/index.ts'
import { undoOrphan } from './charge-undone.ts'
import { attemptData, type DecideContext, type FinalAnswer } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { learnId } from './lost.ts'
import { isCaptureRefunded, orphanLeft, owesRefund } from './orphan-money.ts'
import type { AttemptRow } from './records.ts'
import { attemptOf, isNamed } from './state.ts'
import { suspendOrphan } from './suspend.ts'

type Draft = PaymentDraft
type Success = Extract<FinalAnswer, { effect: 'applied' }>

/** A success that may not count: marked for reversal in the commit that learns of it. */
export const reverseLate = (draft: Draft, attempt: AttemptRow, got: bigint, context: DecideContext): void => {
  if (attempt.state === 'sent') draft.move(attempt.id, 'lost')
  draft.move(attempt.id, 'abandon', { due: null, awaits: null, action: null })
  draft.oblige({ ...context.oblige(attempt), sureFrom: context.now })
  lateSuccess(draft, attempt, got)
}

/** A late authorisation holds nothing of ours; a late sale took money, which is booked as nobody's until it is refunded. */
const lateSuccess = (draft: Draft, attempt: AttemptRow, got: bigint): void => {
  draft.touch(attempt.id, { applied: got })
  const ledger = attempt.kind === 'sale' ? suspendOrphan(draft, attempt, got) : null
  draft.event('attempt.late_success', { ...attemptData(attempt), got: formatAmount(got, attempt.currency) }, ledger)
}

/** Decides what is told of a charge that was left behind, and that is still to be reversed. */
export const answerAbandoned = (
  draft: Draft,
  attempt: AttemptRow,
  answer: FinalAnswer,
  context: DecideContext,
): void => {
  switch (answer.effect) {
    case 'applied':
      return succeeded(draft, attempt, answer, context)
    case 'pending':
      return heardOf(draft, attempt, answer.gatewayId, context)
    case 'unknown':
      return answer.gatewayId === undefined ? undefined : heardOf(draft, attempt, answer.gatewayId, context)
    case 'rejected': {
      if (answer.gatewayId !== undefined) learnId(draft, attempt, answer.gatewayId) // what is done to it elsewhere is told by this id
      // The gateway has it as failed, and a report that came later told of its success: what was booked of it is gone again.
      if (isBooked(draft, attempt)) return undoOrphan(draft, attempt, answer.decline)
      if (attempt.kind === 'authorize' && owesRefund(draft.state, attempt)) return // it holds nothing, and was captured before
      const gone = wasReleased(draft, attempt) || wasLetGo(attempt, answer.decline) ? 'voided' : 'declined'
      const proof = isCaptureRefunded(draft.state, attempt) ? 'refunded' : gone
      if (proof === 'declined') draft.move(attempt.id, 'rejected', { decline: answer.decline, due: null })
      else draft.move(attempt.id, 'reversed', { due: null })
      draft.discharge(attempt.id, proof)
      return draft.event('attempt.reversed', { ...attemptData(attempt), proof })
    }
  }
}

/** Whether money of it stands in the books as nobody's. */
const isBooked = ({ state }: Draft, charge: AttemptRow): boolean =>
  charge.kind === 'sale' && charge.applied !== null && orphanLeft(state, charge) === charge.applied

/** What is new is acted on at once; told again what is known, the obligation keeps its own pace. */
const succeeded = (draft: Draft, attempt: AttemptRow, answer: Success, context: DecideContext): void => {
  learnId(draft, attempt, answer.gatewayId)
  if (attempt.applied === null) {
    draft.putObligation(attempt.id, { due: context.now, sureFrom: context.now })
    lateSuccess(draft, attempt, answer.amount ?? attempt.amount)
  }
  if (!wasReleasedSince(draft, attempt) || owesRefund(draft.state, attempt)) return
  const proof = isCaptureRefunded(draft.state, attempt) ? 'refunded' : 'voided'
  draft.move(attempt.id, 'reversed', { due: null })
  draft.discharge(attempt.id, proof)
  draft.event('attempt.reversed', { ...attemptData(attempt), proof })
}

/** Once the gateway has named the charge, a cancel by that name is about this very charge, and cannot come too early. */
const heardOf = (draft: Draft, attempt: AttemptRow, gatewayId: string, context: DecideContext): void => {
  const wasHeardOf = attempt.gatewayId !== null
  learnId(draft, attempt, gatewayId)
  if (!wasHeardOf) draft.putObligation(attempt.id, { due: context.now })
  if (!isNamed(attempt) && isNamed(attemptOf(draft.state, attempt.id))) {
    draft.putObligation(attempt.id, { due: context.now, sureFrom: context.now })
  }
}

/**
 * A charge was reversed, or found absent, before it was known to have succeeded, and now it is told to have. Where the gateway dates it
 * before the cancel, that cancel released it. Else the cancel came too early: it is reversed once more (FAILURES 2.12). The attempt is
 * its own tombstone, and is kept for ever.
 */
export const answerGone = (draft: Draft, attempt: AttemptRow, answer: FinalAnswer, context: DecideContext): void => {
  if (answer.effect !== 'applied') return
  learnId(draft, attempt, answer.gatewayId)
  const got = answer.amount ?? attempt.amount
  if (wasReleasedSince(draft, attempt)) return draft.touch(attempt.id, { applied: got })
  reverseLate(draft, attempt, got, context)
}

/** Codes of a charge that ended without anybody refusing it: adapters call it so where the gateway says that it was called off, or has lapsed. */
const LET_GO: ReadonlySet<string> = new Set(['canceled', 'expired'])

/** Whether it was called off, or lapsed, rather than refused: by its name, or because it is known to have been authorised before. */
const wasLetGo = ({ kind, applied }: AttemptRow, { code }: Decline): boolean =>
  LET_GO.has(code) || (kind === 'authorize' && applied !== null)

const wasReleased = (draft: Draft, charge: AttemptRow): boolean =>
  draft.state.attempts.some((one) => one.kind === 'cancel' && one.parent === charge.id && one.state === 'applied')

/** Whether the gateway itself dates a cancel of this authorisation after its success. A sale that took money is never released. */
const wasReleasedSince = (draft: Draft, { id, kind }: AttemptRow): boolean => {
  const { factAt } = attemptOf(draft.state, id)
  if (kind === 'sale' || factAt === null) return false
  return draft.state.attempts.some(
    (one) =>
      one.kind === 'cancel' &&
      one.parent === id &&
      one.state === 'applied' &&
      one.factAt !== null &&
      one.factAt >= factAt,
  )
}
