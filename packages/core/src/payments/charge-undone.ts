import type { Decline, Undone } from '../gateways/index.ts'
import { formatAmount } from '../money/index.ts'
import { attemptData, backoffMs, type DecideContext, review } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { closeLater } from './lost.ts'
import { owesRefund } from './orphan-money.ts'
import { captureUndoneBook, partsOf } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { release } from './release.ts'
import { isOpen } from './state.ts'
import { orphanPostings } from './suspend.ts'

/** A charge was taken back by the gateway: an authorisation that it voided, a debit that the buyer's bank returned (FAILURES 2.19). */
export const undoCharge = (draft: PaymentDraft, attempt: AttemptRow, news: Undone, context: DecideContext): void => {
  if (attempt.state === 'abandoned') return undoOrphan(draft, attempt, news.decline)
  if (isOpen(attempt)) return neverCounted(draft, attempt, news)
  if (attempt.kind === 'sale') return undoSale(draft, attempt, news, context)
  voided(draft, attempt, news)
}

const asked = (draft: PaymentDraft) => ({ due: draft.now + backoffMs(0), tries: 0 })

/** Taken back before its success was known here: it reads as a decline. */
const neverCounted = (draft: PaymentDraft, attempt: AttemptRow, { decline }: Undone): void => {
  draft.move(attempt.id, 'undone', { decline, awaits: null, action: null, ...asked(draft) })
  draft.setPayment({ decline })
  closeLater(draft)
  draft.event('payment.declined', { ...attemptData(attempt), class: decline.class, code: decline.code })
}

/** The money of a sale is the buyer's again, and the payment has none: it is declined after all. */
const undoSale = (draft: PaymentDraft, attempt: AttemptRow, { decline }: Undone, context: DecideContext): void => {
  const got = attempt.applied ?? attempt.amount
  draft.move(attempt.id, 'undone', { decline, ...asked(draft) })
  const before = draft.payment
  draft.setPayment({
    authorized: before.authorized - got,
    captured: before.captured - got,
    decline,
    ...review(before, 'charge_undone'),
  })
  for (const [index, part] of partsOf(draft.state, attempt, got).entries()) {
    const order = draft.state.allocations[index]
    if (order !== undefined) draft.allocation(order.id, { captured: order.captured - part.amount })
  }
  const money = captureUndoneBook(draft.state, attempt, got, context.feeTaken(attempt))
  const postings = [...money, ...context.countedBack(attempt)]
  const ledger = draft.book('capture_undone', `${attempt.id}/undone/${attempt.version}`, postings)
  const undone = formatAmount(got, attempt.currency)
  draft.event('payment.charge_undone', { ...attemptData(attempt), undone, code: decline.code }, ledger)
}

/** An authorisation that the gateway gave up by itself holds nothing any more; what was captured of it stays. */
const voided = (draft: PaymentDraft, attempt: AttemptRow, { decline }: Undone): void => {
  const { captured, capturePending, closed } = draft.payment
  const unused = captured === 0n && capturePending === 0n
  draft.event('payment.authorization_undone', { ...attemptData(attempt), code: decline.code })
  release(draft, `${attempt.id}/undone/${attempt.version}`)
  if (!unused) return
  draft.move(attempt.id, 'undone', { decline, due: null })
  if (closed === null) draft.setPayment({ closed: 'canceled', ...review(draft.payment, 'authorization_undone') })
}

/**
 * A late success that nobody counted on is gone by itself: the proof that discharges its obligation. It keeps why, for its money may come once
 * more (a debit that is presented again).
 */
export const undoOrphan = (draft: PaymentDraft, attempt: AttemptRow, decline: Decline): void => {
  if (attempt.kind === 'authorize' && owesRefund(draft.state, attempt)) return // it holds nothing, and was captured before
  const booked = attempt.kind === 'sale' && attempt.applied !== null ? attempt.applied : 0n
  const postings = booked === 0n ? [] : orphanPostings(attempt, booked, 'out')
  const ledger = draft.book('orphan_undone', `${attempt.id}/undone/${attempt.version}`, postings)
  draft.move(attempt.id, 'reversed', { due: null, decline })
  draft.discharge(attempt.id, 'voided')
  draft.event('attempt.reversed', { ...attemptData(attempt), proof: 'voided' }, ledger)
}
