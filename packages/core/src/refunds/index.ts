export { REFUND } from './machine.ts'
export { type RefundRow, refunds } from './records.ts'
