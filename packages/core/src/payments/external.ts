import type { MutatingKind } from '../gateways/index.ts'
import { allocate } from '../money/index.ts'
import type { PaymentDraft } from './draft.ts'
import type { AllocationRow, AttemptRow } from './records.ts'
import { isCharge, isOpen, isUnresolved, type PaymentState } from './state.ts'

/** What somebody did to a charge of ours at the gateway. */
export interface ExternalAct {
  readonly kind: MutatingKind
  readonly charge: AttemptRow
  readonly gatewayId: string
  /** How much of the charge, as far as the report tells. */
  readonly amount: bigint | null
}

/** What to do with a report of something that no attempt is known for. */
export type Standing =
  | { readonly is: 'known'; readonly attempt: string }
  | { readonly is: 'wait' }
  | { readonly is: 'new' }

/**
 * Whether something reported is known by now; or may be the doing of an attempt whose id at the gateway is not known yet, so that it has
 * to wait until that is; or is nobody's order here. Decided on the state that the booking replaces, so nothing is booked twice.
 */
export const standingOf = (state: PaymentState, { kind, charge, gatewayId, amount }: ExternalAct): Standing => {
  const same = state.attempts.filter(
    (one) => one.kind === kind && one.gateway === charge.gateway && one.account === charge.account,
  )
  const known = same.find((one) => one.gatewayId === gatewayId)
  if (known !== undefined) return { is: 'known', attempt: known.id }
  if (same.some((one) => isOpen(one) && one.gatewayId === null)) return { is: 'wait' }
  // What becomes of the charge itself decides how the act counts; a cancel may be what becomes of it, unless something else was before.
  const isItsEnd = kind === 'cancel' && !isUnresolved(charge) && !isOfPart(charge, amount)
  return isOpen(charge) && !isItsEnd ? { is: 'wait' } : { is: 'new' }
}

/** A cancel that gives only a part back leaves another part taken: the charge succeeded, and its report is on its way. */
const isOfPart = (charge: AttemptRow, amount: bigint | null): boolean =>
  amount !== null && amount > 0n && amount < charge.amount

/**
 * Shares what was captured or refunded elsewhere among a checkout's orders: pro rata to what each has left; what goes beyond that, pro
 * rata to the orders. Reports are booked whatever they leave (FAILURES 2.20).
 */
export const shareExternal = (draft: PaymentDraft, attempt: AttemptRow): void => {
  const { allocations } = draft.state
  if (allocations.length === 0 || isCharge(attempt) || attempt.kind === 'cancel' || attempt.kind === 'increment') return
  const left = allocations.map((one) => atLeastZero(attempt.kind === 'capture' ? uncaptured(one) : unrefunded(one)))
  const room = left.reduce((sum, one) => sum + one, 0n)
  const within = attempt.amount < room ? attempt.amount : room
  const inside = within === 0n ? left.map(() => 0n) : allocate(within, left)
  const beyond = allocate(
    attempt.amount - within,
    allocations.map((one) => one.amount),
  )
  const { merchant, payment, id } = attempt
  for (const [index, one] of allocations.entries()) {
    const amount = (inside[index] ?? 0n) + (beyond[index] ?? 0n)
    if (amount > 0n) draft.addShare({ merchant, payment, attempt: id, allocation: one.id, amount })
  }
}

const uncaptured = (one: AllocationRow): bigint => one.amount - one.captured - one.capturePending
const unrefunded = (one: AllocationRow): bigint => one.captured - one.refunded - one.refundPending
const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n)
