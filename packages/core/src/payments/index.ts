export { acknowledge } from './acknowledge.ts'
export { answerAttempt, awaitsAnswer } from './answer.ts'
export { reserveCapture } from './charge-answer.ts'
export {
  type AttemptSpec,
  attemptData,
  backoffMs,
  type DecideContext,
  EXPIRY_QUEUE,
  type FinalAnswer,
  UNREACHABLE,
} from './context.ts'
export { type Decision, type EventDraft, PaymentDraft, type TimerDraft } from './draft.ts'
export { closeLater, learnId, lost } from './lost.ts'
export { ATTEMPT, ATTEMPT_STATES, type AttemptEvent, type AttemptState } from './machine.ts'
export { answerOrphanRefund } from './orphan.ts'
export { type Part, partsOf } from './postings.ts'
export { putAside } from './put-aside.ts'
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
  PAYMENT_STATUSES,
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
export {
  attemptOf,
  isCharge,
  isOpen,
  isUnresolved,
  openHold,
  type PaymentState,
  refundable,
  winnerOf,
} from './state.ts'
export { captureStateOf, coarseOf, isClosed, isDefinitive, refundStateOf, statusOf } from './status.ts'
