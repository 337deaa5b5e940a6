import type { JobResult, JobRun } from '../../jobs/index.ts'
import {
  attemptData,
  isCharge,
  isOpen,
  isUnresolved,
  openHold,
  PaymentDraft,
  type PaymentState,
  putAside,
  release,
  winnerOf,
} from '../../payments/index.ts'
import { decisionMaker } from '../attempts/maker.ts'
import type { FlowContext } from '../context.ts'
import { mayPutAside } from './capabilities.ts'
import { changeOf } from './change.ts'
import { findState } from './load.ts'

const LATER_MS = 600_000 // something is still open that cannot be put aside: look again

/** The timer that ends payments without money and authorisations that have lapsed. Repeating it is harmless. */
export const expire = async (context: FlowContext, { job }: JobRun): Promise<JobResult | undefined> => {
  const { merchant, payment } = job.payload as { merchant: string; payment: string }
  const state = await findState(context, merchant, payment)
  if (state === undefined || state.payment.closed !== null) return undefined
  const now = context.runtime.clock.now()
  const decided = state.winner === null ? closeUnpaid(context, state, now) : lapse(state, now)
  if (decided === 'nothing') return undefined
  if (typeof decided === 'number') return { again: decided }
  const { guards, effects } = changeOf(context, decided.finish())
  return { guards, effects }
}

type Decided = PaymentDraft | 'nothing' | number

/** What is open is put aside with an obligation to reverse it; what cannot be keeps the payment open. */
const closeUnpaid = (context: FlowContext, state: PaymentState, now: number): Decided => {
  const { payment } = state
  if (payment.expiresAt > now) return payment.expiresAt
  const open = state.attempts.filter((attempt) => isCharge(attempt) && isOpen(attempt))
  if (open.some((attempt) => isUnresolved(attempt) || !mayPutAside(context, state, attempt))) return now + LATER_MS
  const maker = decisionMaker(context, payment.merchant)
  const draft = new PaymentDraft(state, now)
  putAside(draft, open, maker.context)
  draft.setPayment({ closed: 'expired', parkedUntil: null })
  draft.event('payment.expired', { reason: 'not_paid' })
  return draft
}

/** The gateway released the hold when the authorisation lapsed; the books follow. */
const lapse = (state: PaymentState, now: number): Decided => {
  const { payment } = state
  const charge = winnerOf(state)
  if (charge === undefined || payment.authorizedUntil === null || openHold(payment) <= 0n) return 'nothing'
  if (payment.authorizedUntil > now) return payment.authorizedUntil
  if (state.attempts.some(isOpen)) return now + LATER_MS
  const draft = new PaymentDraft(state, now)
  release(draft, `${charge.id}/expire`)
  if (payment.captured === 0n) {
    draft.move(charge.id, 'reversed')
    draft.setPayment({ closed: 'expired' })
  }
  draft.event('payment.expired', { ...attemptData(charge), reason: 'authorization_lapsed' })
  return draft
}
