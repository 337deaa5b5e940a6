export { answerRefund, FRESH, undoRefund } from './answer.ts'
export { REFUND, REFUND_STATES, type RefundState } from './machine.ts'
export { askPolicy, type RefundPolicy } from './policy.ts'
export { mutableRefund, newRefund, type RefundParts, type RefundRow, refunds } from './records.ts'
export {
  approveRequest,
  closeRequest,
  type Decided,
  type NewRefund,
  REFUND_EXPIRY_QUEUE,
  requestRefund,
  sendRefund,
  withoutRequest,
} from './request.ts'
export { freeReserved, type PayoutRefund, reserveRefund, settleReserved } from './reserve.ts'
export { decideRefund, type RefundDecision } from './rules.ts'
export { partsIn } from './set-aside.ts'
