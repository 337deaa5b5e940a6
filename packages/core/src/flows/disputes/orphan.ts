import type { DisputeRow } from '../../disputes/index.ts'
import { type AttemptRow, attemptOf, orphanLeft, type PaymentDraft, type PaymentState } from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext, Reading } from '../context.ts'
import { disputesOf } from './load.ts'

/** What the buyer's bank takes back of a charge that counts for nobody. Minor units. */
export interface OrphanDisputes {
  /** Taken back, for now or for good: that is not given back once more. */
  readonly taken: bigint
  /** Of it, gone for good: the buyer has it. */
  readonly lost: bigint
  /** The disputes that lost it. */
  readonly by: readonly string[]
}

/** What its disputes take of a charge. One page is read, and only where the payment has any. */
export const orphanDisputes = async (
  context: Reading,
  { payment }: PaymentState,
  charge: Pick<AttemptRow, 'id'>,
): Promise<OrphanDisputes> => {
  const all = payment.disputeState === 'none' ? [] : await disputesOf(context, payment.merchant, payment.id)
  const of = all.filter((one) => one.attempt === charge.id)
  return {
    taken: of.reduce((sum, one) => sum + one.taken, 0n),
    lost: lostOf(of),
    by: of.filter((one) => one.lost > 0n).map((one) => one.id),
  }
}

const lostOf = (disputes: readonly DisputeRow[]): bigint => disputes.reduce((sum, one) => sum + one.lost, 0n)

/**
 * What a change of a dispute means for the duty to give back a charge that counts for nobody. One that waits for the dispute is looked at
 * at once. Where a duty ended because the dispute was lost, and money of that comes back after all, it is the buyer's still: it is given back
 * by a duty of its own.
 */
export const wakeDuty = (
  context: FlowContext,
  draft: PaymentDraft,
  others: readonly DisputeRow[],
  after: DisputeRow,
): void => {
  if (after.owners.length > 0) return
  const charge = attemptOf(draft.state, after.attempt)
  if (charge.state === 'abandoned') return draft.putObligation(charge.id, { due: draft.now })
  const lost = lostOf([...others.filter((one) => one.attempt === charge.id), after])
  const ended = draft.state.obligations.some((one) => one.attempt === charge.id && one.proof === 'refunded')
  if (charge.state !== 'reversed' || !ended || orphanLeft(draft.state, charge) <= lost) return
  draft.move(charge.id, 'abandon', { due: null, awaits: null, action: null })
  draft.oblige({ ...decisionMaker(context, charge.merchant).context.oblige(charge), sureFrom: draft.now })
}
