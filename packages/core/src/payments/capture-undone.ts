import type { Undone } from '../gateways/index.ts'
import { formatAmount } from '../money/index.ts'
import { answerCapture, captureFailed } from './capture-answer.ts'
import { attemptData, backoffMs, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { captureUndoneBook, partsOf, rehold } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { release } from './release.ts'
import { isHeldForNobody } from './rest.ts'
import { attemptOf, isOpen, isRefused, openHold, winnerOf } from './state.ts'

/**
 * A capture was taken back (FAILURES 2.19): its money and fee go back by postings of their own, and what it took out of the hold is held
 * again, unless the gateway gave the authorisation back meanwhile. One that was not known to have succeeded only fails.
 */
export const undoCapture = (draft: PaymentDraft, attempt: AttemptRow, news: Undone, context: DecideContext): void => {
  const { decline } = news
  if (isRefused(attempt)) {
    // A lookup told only of its end: it succeeded, without a fee that would have to go back, and is taken back.
    const success = { effect: 'applied', gatewayId: attempt.gatewayId ?? attempt.id, amount: attempt.amount } as const
    answerCapture(draft, attempt.id, success, { ...context, fee: null })
    return undoCapture(draft, attemptOf(draft.state, attempt.id), news, context)
  }
  const wasOpen = isOpen(attempt)
  if (wasOpen) releaseRest(draft, attempt, context)
  // It may be captured anew, and the gateway is asked for that, ever more slowly.
  draft.move(attempt.id, 'undone', { decline, awaits: null, due: draft.now + backoffMs(0), tries: 0 })
  if (wasOpen) {
    captureFailed(draft, attempt, decline.code, context)
    return draft.setPayment(review(draft.payment, 'capture_failed'))
  }
  const got = attempt.applied ?? attempt.amount
  const gone = isHeldForNobody(draft, attempt, context) || draft.payment.closed !== null
  const before = draft.payment
  draft.setPayment({ captured: before.captured - got, ...review(before, 'capture_undone') })
  const free = openHold(draft.payment) // less than it took where somebody has captured beyond the authorisation
  if (gone && free > 0n) draft.setPayment({ released: before.released + (free < got ? free : got) })
  for (const [index, part] of partsOf(draft.state, attempt, got).entries()) {
    const order = draft.state.allocations[index]
    if (order !== undefined) draft.allocation(order.id, { captured: order.captured - part.amount })
  }
  const money = captureUndoneBook(draft.state, attempt, got, context.feeTaken(attempt))
  const undone = [...money, ...context.countedBack(attempt)]
  const again = gone ? 0n : unheld(draft, got)
  const back = again > 0n ? rehold(draft.state, attempt, again) : []
  const ledger = draft.book('capture_undone', `${attempt.id}/undone/${attempt.version}`, [...undone, ...back])
  const undoneText = formatAmount(got, attempt.currency)
  draft.event('payment.capture_undone', { ...attemptData(attempt), undone: undoneText, code: decline.code }, ledger)
  if (gone) closeAgain(draft, attempt)
}

/**
 * How much of it is held again: what the hold lacks of all that is authorised, and neither captured nor given back. Somebody else's capture may
 * have taken out of it what is set aside for captures on their way.
 */
const unheld = ({ state, payment }: PaymentDraft, got: bigint): bigint => {
  const { holds } = state
  const lacks =
    holds === null
      ? openHold(payment)
      : payment.authorized - payment.captured - payment.released - holds.reduce((sum, { amount }) => sum + amount, 0n)
  return lacks < got ? lacks : got
}

/**
 * What is taken back had succeeded, also where nobody was told: by a final capture the gateway gave back what it left, and only what it
 * took is held again. (In the other order of the two reports the books come to the same.) Called while the capture still counts as on its
 * way, so that its part is not released.
 */
const releaseRest = (draft: PaymentDraft, capture: AttemptRow, context: DecideContext): void => {
  const { authorizedUntil } = draft.payment
  const charge = winnerOf(draft.state)
  if (!capture.final || charge === undefined || charge.id !== capture.parent || openHold(draft.payment) <= 0n) return
  if (!context.finalCaptureReleases(draft.state, charge)) return
  release(draft, `${capture.id}/release`)
  draft.setPayment({ authorizedUntil }) // what is held again still lapses
}

/** The authorisation was given back before, but for what this capture took: nothing is left of the payment now. */
const closeAgain = (draft: PaymentDraft, { parent, id }: AttemptRow): void => {
  const { captured, capturePending, closed } = draft.payment
  if (captured > 0n || capturePending > 0n || openHold(draft.payment) > 0n) return
  const charge = attemptOf(draft.state, parent ?? id)
  if (charge.state === 'applied') draft.move(charge.id, 'reversed')
  if (closed === null) draft.setPayment({ closed: 'canceled' })
}
