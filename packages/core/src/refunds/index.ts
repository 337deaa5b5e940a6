export { answerRefund, FRESH, undoRefund } from './answer.ts'
export { REFUND } from './machine.ts'
export { type RefundRow, refunds } from './records.ts'
export { decideRefund, type RefundDecision } from './rules.ts'
