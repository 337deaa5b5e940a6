import type { Decline } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import { answerAbandoned, answerGone, reverseLate } from './abandoned-answer.ts'
import { overdue } from './acknowledge.ts'
import { captureFee } from './capture-fee.ts'
import {
  attemptData,
  backoffMs,
  bookingOf,
  type ChargeFailover,
  type DecideContext,
  type FinalAnswer,
  review,
  UNREACHABLE,
} from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { closeLater, lapseLater, learnId, lost } from './lost.ts'
import { captureBook, holdBook, partsOf } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { attemptOf, isGone, openHold } from './state.ts'

type Draft = PaymentDraft

/**
 * Decides what an answer to an authorisation or sale means for its payment. The first success wins; a success of an abandoned attempt,
 * or beside a winner, becomes an obligation to reverse it (FAILURES 2.10–2.12) and is never captured.
 */
export const answerCharge = (draft: Draft, id: string, answer: FinalAnswer, context: DecideContext): void => {
  const attempt = attemptOf(draft.state, id)
  if (attempt.state === 'abandoned') return answerAbandoned(draft, attempt, answer, context)
  if (isGone(attempt)) return answerGone(draft, attempt, answer, context)
  switch (answer.effect) {
    case 'applied':
      return applied(draft, attempt, answer, context)
    case 'rejected':
      if (answer.gatewayId !== undefined) learnId(draft, attempt, answer.gatewayId) // what is done to it elsewhere is told by this id
      draft.move(id, 'rejected', { decline: answer.decline, due: null, awaits: null, action: null })
      return refused(draft, attempt, answer.decline, context)
    case 'pending':
      return pending(draft, attempt, answer, context)
    case 'not_sent':
      if (attempt.state === 'pending') return stillWaits(draft, attempt)
      if (attempt.state !== 'sent') return lost(draft, attempt, answer.reason)
      draft.move(id, 'not_sent', { due: null, decline: UNREACHABLE })
      return refused(draft, attempt, UNREACHABLE, context)
    case 'unknown':
      if (answer.gatewayId !== undefined) learnId(draft, attempt, answer.gatewayId)
      lost(draft, attempt, answer.reason, answer)
      // Away from the first sending only: what is found out later is found out by resolution.
      if (attempt.state === 'sent') context.failOver(draft, id)
  }
}

/** It took nothing: another gateway is asked in the same commit, or the payment is declined. In between nobody sees it declined. */
const refused = (draft: Draft, attempt: AttemptRow, decline: Decline, context: DecideContext): void => {
  draft.setPayment({ decline: tellingDecline(draft.payment.decline, decline) })
  // A buyer who was asked to act, or a wait for somebody's decision, ends here.
  const { to, why = null } = attempt.state === 'pending' ? NOWHERE : context.failOver(draft, attempt.id)
  if (to !== null) return
  if (attempt.state !== 'pending' && context.park(draft, attempt.id)) return
  closeLater(draft)
  const stays = why === null ? {} : { stays: why }
  draft.event('payment.declined', { ...attemptData(attempt), ...declineData(decline), ...stays })
}

const NOWHERE: ChargeFailover = { to: null }

const SAYS: Partial<Record<Decline['class'], number>> = { unavailable: 0, configuration: 0, technical: 1 }

/** Of the declines of several gateways the buyer is told the first that says something about the card. */
const tellingDecline = (kept: Decline | null, decline: Decline): Decline => {
  const says = (one: Decline): number => SAYS[one.class] ?? 2
  return kept !== null && says(kept) >= says(decline) ? kept : decline
}

/** What the buyer brought back never reached the gateway: it still waits for the buyer, who may come back again. */
const stillWaits = (draft: Draft, attempt: AttemptRow): void => {
  const due = Math.max(attempt.expiresAt ?? draft.now, draft.now + backoffMs(attempt.tries))
  draft.touch(attempt.id, { awaits: 'customer', due })
  draft.event('payment.requires_action', { ...attemptData(attempt), expiresAt: attempt.expiresAt })
}

const declineData = (decline: { class: string; code: string }) => ({ class: decline.class, code: decline.code })

const applied = (
  draft: Draft,
  attempt: AttemptRow,
  answer: Extract<FinalAnswer, { effect: 'applied' }>,
  context: DecideContext,
): void => {
  learnId(draft, attempt, answer.gatewayId)
  const givenUp = attempt.state === 'rejected' || attempt.state === 'not_sent'
  const again = attempt.state === 'undone' && draft.state.winner === attempt.id // taken back before, and a success once more
  if (givenUp || (draft.state.winner !== null && !again) || draft.payment.closed !== null) {
    return reverseLate(draft, attempt, answer.amount ?? attempt.amount, context)
  }
  const got = answer.amount ?? attempt.amount
  const { payment } = draft
  draft.move(attempt.id, 'applied', { applied: got, due: null, awaits: null, action: null, decline: null })
  if (!again) draft.win(attempt.id)
  draft.setPayment({
    authorized: payment.authorized + got,
    decline: null,
    method: { ...payment.method, ...answer.instrument },
    ...(got === attempt.amount ? {} : review(payment, 'amount_mismatch')),
  })
  if (attempt.kind === 'sale') return sold(draft, attempt, got, again ? null : (answer.cost ?? null), context)
  const ledger = draft.book('authorize', `${attempt.id}/authorize`, holdBook(draft.state, attempt, got))
  draft.setPayment({ authorizedUntil: answer.expiresAt ?? null })
  draft.event(
    'payment.authorized',
    { ...attemptData(attempt), authorized: formatAmount(got, attempt.currency) },
    ledger,
  )
  if (payment.capture === 'automatic' && got === attempt.amount)
    return captureAtOnce(draft, attempt, answer.gatewayId, context)
  lapseLater(draft)
}

/** The capture's intent is part of the very commit that records the authorisation (FAILURES 2.5). */
const captureAtOnce = (draft: Draft, parent: AttemptRow, gatewayId: string, context: DecideContext): void => {
  const amount = openHold(draft.payment)
  const { origination } = parent
  const spec = { kind: 'capture', parent, gatewayId, amount, final: true, origination } as const
  const capture = context.tryPrepare(draft.state, spec)
  if (capture instanceof FlorinError) {
    // The authorisation stands, and is recorded; only a person can do something about a capture that cannot be asked for.
    draft.setPayment(review(draft.payment, 'capture_failed'))
    draft.event('payment.capture_failed', { ...attemptData(parent), code: capture.code })
    return lapseLater(draft)
  }
  draft.addAttempt(capture)
  reserveCapture(draft, capture, wholeShares(draft))
}

const wholeShares = (draft: Draft): ReadonlyMap<string, bigint> | null =>
  draft.state.allocations.length === 0
    ? null
    : new Map(draft.state.allocations.map((one) => [one.id, one.amount - one.captured - one.capturePending]))

/** Sets money aside for a capture in its intent (invariant 8), by allocation where there are any. */
export const reserveCapture = (draft: Draft, capture: AttemptRow, parts: ReadonlyMap<string, bigint> | null): void => {
  draft.setPayment({ capturePending: draft.payment.capturePending + capture.amount })
  if (parts === null) return
  const { merchant, payment } = capture
  for (const one of draft.state.allocations) {
    const amount = parts.get(one.id) ?? 0n
    if (amount === 0n) continue
    draft.allocation(one.id, { capturePending: one.capturePending + amount })
    draft.addShare({ merchant, payment, attempt: capture.id, allocation: one.id, amount })
  }
}

const sold = (draft: Draft, attempt: AttemptRow, got: bigint, cost: bigint | null, context: DecideContext): void => {
  draft.setPayment({ captured: draft.payment.captured + got })
  for (const { allocation, amount } of partsOf(draft.state, attempt, got)) {
    const order = draft.state.allocations.find((one) => one.id === allocation)
    if (order !== undefined) draft.allocation(order.id, { captured: order.captured + amount })
  }
  const { fee, metadata, data, counted } = captureFee(context.fee, draft.payment, attempt, { amount: got, cost })
  const postings = [...captureBook(draft.state, attempt, got, fee, cost ?? 0n), ...counted]
  const ledger = draft.book('capture', bookingOf(attempt, 'capture'), postings, metadata)
  const captured = formatAmount(got, attempt.currency)
  draft.event('payment.captured', { ...attemptData(attempt), captured, ...data }, ledger)
}

const pending = (
  draft: Draft,
  attempt: AttemptRow,
  answer: Extract<FinalAnswer, { effect: 'pending' }>,
  context: DecideContext,
): void => {
  learnId(draft, attempt, answer.gatewayId)
  const { awaits, expiresAt } = answer
  const action = context.sealAction(attempt, answer)
  const leftAlone = awaits === 'customer' && !isAskedAbout(attempt)
  const again = leftAlone ? expiresAt : Math.min(expiresAt, draft.now + backoffMs(attempt.tries))
  const due = Math.max(again, draft.now + backoffMs(attempt.tries)) // a gateway that names a past instant must not spin us
  const set = { awaits, expiresAt, action, due }
  if (attempt.state === 'pending') {
    draft.touch(attempt.id, { ...set, tries: attempt.tries + 1 })
    overdue(draft, attempt)
    if (attempt.awaits === awaits) return // told again what we knew: no transition, no event
  } else {
    draft.move(attempt.id, 'pending', set)
    closeLater(draft)
  }
  draft.event(awaits === 'customer' ? 'payment.requires_action' : 'payment.pending', {
    ...attemptData(attempt),
    expiresAt,
  })
}

/**
 * What waits for the buyer is left alone until it lapses. But once the buyer has come back and no answer to that arrived, the completion may
 * still take effect however often the gateway says that it waits: it is asked again, ever more slowly.
 */
const isAskedAbout = ({ state, awaits, due, expiresAt }: AttemptRow): boolean =>
  state === 'pending' && (awaits === 'gateway' || (due !== null && expiresAt !== null && due < expiresAt))
