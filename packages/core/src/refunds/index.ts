export { answerRefund, FRESH, undoRefund } from './answer.ts'
export { REFUND, REFUND_STATES, type RefundState } from './machine.ts'
export { askPolicy, type RefundPolicy } from './policy.ts'
export { newRefund, type RefundRow, refunds } from './records.ts'
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
export { freeReserved, refundByPayout, reserveRefund, settleReserved } from './reserve.ts'
export { decideRefund, type RefundDecision } from './rules.ts'
