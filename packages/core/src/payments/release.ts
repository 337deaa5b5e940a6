import { formatAmount } from '../money/index.ts'
import { attemptData } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import { releaseBook } from './postings.ts'
import type { AttemptRow } from './records.ts'
import { isOpen, openHold, winnerOf } from './state.ts'

/**
 * Gives the open part of the hold back: after a final capture, a cancel, or expiry (FAILURES 2.18). `failed` names a capture that failed
 * after the rest was given back.
 */
export const release = (draft: PaymentDraft, reference: string, failed: AttemptRow | null = null): void => {
  const rest = openHold(draft.payment)
  draft.setPayment({ authorizedUntil: null })
  const charge = winnerOf(draft.state)
  if (charge === undefined || charge.kind === 'sale') return
  // It was given back before, but for what a capture had set aside; where that is not so simple, the ledger knows what is left.
  if (failed === null && draft.payment.released > 0n && draft.state.holds === null) return
  const postings = releaseBook(draft.state, charge, failed)
  // A gateway that captured more than it was asked for leaves less than nothing open, and yet a hold that was not used.
  const ledger = draft.book('release', reference, postings)
  if (rest > 0n) draft.setPayment({ released: draft.payment.released + rest })
  if (rest <= 0n && ledger === null) return
  const released = postings.reduce((sum, posting) => sum + posting.amount, 0n)
  draft.event('payment.released', { ...attemptData(charge), released: formatAmount(released, charge.currency) }, ledger)
}

/**
 * The gateway gave a charge back. Whatever became of it here meanwhile (the buyer may have finished, or been declined, while the cancel
 * was on its way), it holds nothing any more; the payment is over unless some of it is captured, or may be.
 */
export const giveBack = (
  draft: PaymentDraft,
  charge: AttemptRow,
  reference: string,
  failed: AttemptRow | null = null,
): void => {
  const { payment, state } = draft
  const won = state.winner === charge.id
  if (charge.state === 'applied' && payment.captured === 0n && payment.capturePending === 0n) {
    draft.move(charge.id, 'reversed')
  } else if (isOpen(charge)) {
    draft.move(charge.id, 'abandon', { due: null, awaits: null, action: null })
    draft.move(charge.id, 'reversed')
  }
  if (won) release(draft, reference, failed)
  // A charge that lost, or never won, ends without the payment: another one holds its money.
  const alone = won || state.winner === null
  if (alone && payment.closed === null && payment.captured === 0n && payment.capturePending === 0n) {
    draft.setPayment({ closed: 'canceled' })
  }
}
