export { detach, type FlowContext, type InFlight, type MerchantTerms, type Timings } from './context.ts'
export {
  type CustomerDetails,
  type CustomerView,
  createCustomer,
  findCustomers,
  getCustomer,
  loadCustomer,
  updateCustomer,
} from './customers/customers.ts'
export {
  attachMethod,
  detachMethod,
  type InstrumentInput,
  listMethods,
  type PaymentMethodView,
  type StoredMethod,
  storedMethod,
} from './customers/payment-methods.ts'
export { REAP_QUEUE, reapResults, scheduleReaping } from './idempotency/reap.ts'
export { cancelPayment } from './payments/cancel.ts'
export { type CaptureRequest, capturePayment } from './payments/capture.ts'
export { createPayment } from './payments/create.ts'
export type { CreateRequest, OrderRequest } from './payments/create-request.ts'
export type { MethodInput, PaymentDetails } from './payments/details.ts'
export { expire } from './payments/expire.ts'
export { type IncrementRequest, incrementPayment } from './payments/increment.ts'
export type { OperationCall } from './payments/keyed-operation.ts'
export {
  getPayment,
  type ListRequest,
  listPayments,
  type PageView,
  type PostingView,
  paymentIdOf,
  type TimelineEntry,
  type TimelineView,
  timelineOf,
} from './payments/read.ts'
export { type RefundRequest, refundPayment } from './payments/refund.ts'
export { bodyOf, type Result, viewIn } from './payments/result.ts'
export { type ResumeRequest, resumePayment } from './payments/resume.ts'
export { type RetryRequest, retryPayment } from './payments/retry.ts'
export type { DeclineView, MethodView, OrderView, PaymentView, RefundView } from './payments/view.ts'
export { renewLeases, sweepAttempts, sweepObligations } from './recovery/sweep.ts'
export { type PaymentProblem, type PaymentsReport, type VerifyReport, verifyAll } from './verify/index.ts'
export { sweepWebhooks } from './webhooks/process.ts'
export { type Delivery, receiveWebhook } from './webhooks/receive.ts'
