import { receivable, suspense } from '../ledger/index.ts'
import type { Posting } from '../records/index.ts'
import { bookingOf } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'

/** Money of a charge that counts for nobody, in or out of suspense. */
export const orphanPostings = (charge: AttemptRow, amount: bigint, way: 'in' | 'out'): readonly Posting[] => {
  const { gateway, account, currency } = charge
  const owed = receivable(gateway, account, currency)
  const nobody = suspense(currency)
  return way === 'in'
    ? [{ debit: owed, credit: nobody, amount, currency, phase: 'posted' }]
    : [{ debit: nobody, credit: owed, amount, currency, phase: 'posted' }]
}

/** An abandoned sale took money after all: it belongs to nobody until it is refunded (FAILURES 2.12, 2.20). */
export const suspendOrphan = (draft: PaymentDraft, charge: AttemptRow, amount: bigint): Uint8Array | null => {
  const reference = bookingOf(charge, 'orphan')
  draft.touch(charge.id, { applied: amount })
  return draft.book('orphan', reference, orphanPostings(charge, amount, 'in'))
}
