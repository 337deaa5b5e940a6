import { formatAmount } from '../money/index.ts'
import { attemptData } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { releaseBook } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { isOpen, openHold, winnerOf } from './state.ts'

/** Gives the open part of the hold back: after a final capture, a cancel, or expiry (FAILURES 2.18). */
export const release = (draft: PaymentDraft, reference: string): void => {
  const rest = openHold(draft.payment)
  draft.setPayment({ authorizedUntil: null })
  const charge = winnerOf(draft.state)
  if (rest <= 0n || charge === undefined) return
  const ledger = draft.book('release', reference, releaseBook(draft.state, charge, rest))
  draft.setPayment({ released: draft.payment.released + rest })
  draft.event('payment.released', { ...attemptData(charge), released: formatAmount(rest, charge.currency) }, ledger)
}

/**
 * The gateway gave a charge back. Whatever became of it here meanwhile (the buyer may have finished, or been declined, while the cancel
 * was on its way), it holds nothing any more; the payment is over unless some of it is captured, or may be.
 */
export const giveBack = (draft: PaymentDraft, charge: AttemptRow, reference: string): void => {
  const { payment, state } = draft
  const won = state.winner === charge.id
  if (charge.state === 'applied' && payment.captured === 0n && payment.capturePending === 0n) {
    draft.move(charge.id, 'reversed')
  } else if (isOpen(charge)) {
    draft.move(charge.id, 'abandon', { due: null, awaits: null, action: null })
    draft.move(charge.id, 'reversed')
  }
  if (won) release(draft, reference)
  if (payment.closed === null && payment.captured === 0n && payment.capturePending === 0n) {
    draft.setPayment({ closed: 'canceled' })
  }
}

/** Whether the gateway has given this charge back already. */
export const isGivenBack = (draft: PaymentDraft, charge: string | null): boolean =>
  draft.state.attempts.some((one) => one.kind === 'cancel' && one.parent === charge && one.state === 'applied')
