import { randomBelow } from '../../kernel/index.ts'
import {
  type AttemptRow,
  attemptData,
  attemptOf,
  closeLater,
  isCharge,
  isOpen,
  type News,
  type PaymentDraft,
  type PaymentState,
} from '../../payments/index.ts'
import { chainOf } from '../attempts/chain.ts'
import { openPrepared, type Parking, type Prepared } from '../attempts/prepared.ts'
import type { FlowContext } from '../context.ts'
import type { CreateRequest } from './create-request.ts'

/** The queue of the timers that try parked payments again. */
export const PARKING_QUEUE = 'payment.parked'

/** Decides within a draft whether a charge that nobody could be asked for waits for a gateway instead of being declined. */
export type Park = (draft: PaymentDraft, id: string) => boolean

/** For decisions after which nothing waits. */
export const neverPark: Park = () => false

/** What a charge keeps of how its payment may wait: where the caller wants that. */
export const parkingOf = (
  context: FlowContext,
  { whenDown, method, gateway }: Pick<CreateRequest, 'whenDown' | 'method' | 'gateway'>,
  now: number,
): Parking | undefined => {
  if (whenDown !== 'queue') return undefined
  const { tokens, networkTransactionId, stored } = method
  return { tokens, networkTransactionId, stored, gateway, until: now + context.timings.parkedForMs }
}

/**
 * Reads what deciding about parking takes, and gives the decision. A payment waits only where certainly nothing happened anywhere: none
 * of the gateways that were asked for it was sent a byte.
 */
export const readyToPark = async (
  context: FlowContext,
  attempt: AttemptRow,
  news: News,
  known: Prepared | undefined,
): Promise<Park> => {
  if (news.effect !== 'not_sent' || !isCharge(attempt) || attempt.state !== 'sent') return neverPark
  const { parking } = known ?? (await openPrepared(context, attempt))
  return parking === undefined ? neverPark : (draft, id) => park(context, draft, attemptOf(draft.state, id), parking)
}

const park = (context: FlowContext, draft: PaymentDraft, charge: AttemptRow, parking: Parking): boolean => {
  const { payment, state, now } = draft
  const until = Math.min(parking.until, payment.expiresAt)
  if (now >= until || payment.closed !== null || state.winner !== null) return false
  if (state.attempts.some((one) => isCharge(one) && isOpen(one))) return false
  if (chainOf(state, charge).some((one) => one.state !== 'not_sent')) return false
  draft.setPayment({ parkedUntil: until, decline: null })
  const { merchant, id, payment: paymentId } = charge
  // Named for the attempt: the timer that made it is still running, and would swallow one of its own name.
  const due = Math.min(until, now + waitMs(context, state))
  draft.timer({ queue: PARKING_QUEUE, key: id, due, payload: { merchant, payment: paymentId, attempt: id } })
  closeLater(draft)
  draft.event('payment.parked', { ...attemptData(charge), until })
  return true
}

const FIRST_WAIT_MS = 5_000 // a connection that was refused once is often there again
const LAST_WAIT_MS = 60_000 // a breaker looks again after half a minute, and a buyer waits for news

/** How long a parked payment waits before it is looked at again: doubling, and spread, so that those of one outage do not come together. */
export const waitMs = (context: FlowContext, { attempts }: Pick<PaymentState, 'attempts'>): number => {
  const tries = attempts.filter((one) => isCharge(one) && one.state === 'not_sent').length
  const bound = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10))
  return bound / 2 + randomBelow(context.runtime.random, bound / 2)
}
