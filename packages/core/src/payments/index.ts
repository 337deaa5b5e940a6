export { acknowledge, overdue } from './acknowledge.ts'
export { answerAttempt } from './answer.ts'
export { reserveCapture } from './charge-answer.ts'
export {
  type AttemptSpec,
  attemptData,
  backoffMs,
  bookingOf,
  type ChargeFailover,
  type DecideContext,
  EXPIRY_QUEUE,
  type FeeReturn,
  type FinalAnswer,
  review,
  UNREACHABLE,
} from './context.ts'
export { type Decision, type EventDraft, PaymentDraft, type TimerDraft } from './draft.ts'
export { type ExternalAct, type Standing, shareExternal, standingOf } from './external.ts'
export { bookFeeDifference, type FeeBooking } from './fee-difference.ts'
export { type FollowedRefund, followCapture, followedAttempt, followRefund } from './fee-return.ts'
export { closeLater, learnId, lost } from './lost.ts'
export { ATTEMPT, ATTEMPT_STATES, type AttemptEvent, type AttemptState } from './machine.ts'
export { mutableAttempt } from './mutable.ts'
export { answerOrphanRefund, isOrphanRefund } from './orphan.ts'
export { isCaptureRefunded, isStray, isTakenBack, orphanLeft, owesRefund } from './orphan-money.ts'
export { type Part, partsOf } from './postings.ts'
export { putAside } from './put-aside.ts'
export { afterQueue, dueBy, gatewayIn, placeIn } from './queue.ts'
export {
  type AllocationRow,
  ATTEMPT_KINDS,
  type AttemptKind,
  type AttemptRow,
  allocations,
  attempts,
  checkouts,
  type GatewayRefRow,
  gatewayRefs,
  type MethodSummary,
  type ObligationRow,
  obligations,
  PAYMENT_DISPUTE_STATES,
  PAYMENT_STATUSES,
  type PaymentDisputeState,
  type PaymentRow,
  type PaymentStatus,
  PROOFS,
  type Proof,
  payments,
  paymentWinners,
  type ShareRow,
  shares,
} from './records.ts'
export { refuse, refuseUnresolved, show } from './refusal.ts'
export { release } from './release.ts'
export { REVIEW_ACTIONS, REVIEW_REASONS, type ReviewAction, type ReviewReason } from './review-reasons.ts'
export { type ReviewRow, reviews } from './reviews.ts'
export {
  type CancelDecision,
  type CaptureDecision,
  decideCancel,
  decideCapture,
  decideIncrement,
  decideResume,
  decideRetry,
} from './rules.ts'
export { divideAmong, type NamedPart } from './shares.ts'
export { factAtAfter, type News, type Teller, type Weight, weigh } from './standing.ts'
export {
  attemptOf,
  isCharge,
  isClosing,
  isExternal,
  isGone,
  isHoldUnclear,
  isNamed,
  isOpen,
  isRefused,
  isReversal,
  isUnresolved,
  newestAttempt,
  openHold,
  type PaymentState,
  refundable,
  reservedBy,
  unresolvedOf,
  winnerOf,
} from './state.ts'
export { captureStateOf, coarseOf, isClosed, isDefinitive, refundStateOf, statusOf } from './status.ts'
export { answerStray } from './stray.ts'
