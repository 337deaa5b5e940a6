import type { Undone } from '../gateways/index.ts'
import { formatAmount } from '../money/index.ts'
import { captureFailed } from './capture-answer.ts'
import { attemptData, backoffMs, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { captureUndoneBook, partsOf, rehold } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { isGivenBack } from './release.ts'
import { attemptOf, isOpen, openHold } from './state.ts'

/**
 * A capture was taken back (FAILURES 2.19): its money and fee go back by postings of their own, and what it took out of the hold is held
 * again, unless the gateway gave the authorisation back meanwhile. One that was not known to have succeeded only fails.
 */
export const undoCapture = (
  draft: PaymentDraft,
  attempt: AttemptRow,
  { decline }: Undone,
  context: DecideContext,
): void => {
  const wasOpen = isOpen(attempt)
  // It may be captured anew, and the gateway is asked for that, ever more slowly.
  draft.move(attempt.id, 'undone', { decline, awaits: null, due: draft.now + backoffMs(0), tries: 0 })
  if (wasOpen) {
    captureFailed(draft, attempt, decline.code, context)
    return draft.setPayment(review(draft.payment, 'capture_failed'))
  }
  const got = attempt.applied ?? attempt.amount
  const gone = isGivenBack(draft, attempt.parent) || draft.payment.closed !== null
  const before = draft.payment
  draft.setPayment({
    captured: before.captured - got,
    ...review(before, 'capture_undone'),
    ...(gone ? { released: before.released + got } : {}),
  })
  for (const [index, part] of partsOf(draft.state, attempt, got).entries()) {
    const order = draft.state.allocations[index]
    if (order !== undefined) draft.allocation(order.id, { captured: order.captured - part.amount })
  }
  const undone = captureUndoneBook(draft.state, attempt, got, context.feeTaken(attempt))
  const open = openHold(draft.payment)
  const back = gone || open <= 0n ? [] : rehold(draft.state, attempt, open < got ? open : got)
  const ledger = draft.book('capture_undone', `${attempt.id}/undone/${attempt.version}`, [...undone, ...back])
  const undoneText = formatAmount(got, attempt.currency)
  draft.event('payment.capture_undone', { ...attemptData(attempt), undone: undoneText, code: decline.code }, ledger)
  if (gone) closeAgain(draft, attempt)
}

/** The authorisation was given back before, but for what this capture took: nothing is left of the payment now. */
const closeAgain = (draft: PaymentDraft, { parent, id }: AttemptRow): void => {
  const { captured, capturePending, closed } = draft.payment
  if (captured > 0n || capturePending > 0n) return
  const charge = attemptOf(draft.state, parent ?? id)
  if (charge.state === 'applied') draft.move(charge.id, 'reversed')
  if (closed === null) draft.setPayment({ closed: 'canceled' })
}
