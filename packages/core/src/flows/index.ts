export {
  detach,
  type FailoverTerms,
  type FlowContext,
  type InFlight,
  type MerchantTerms,
  type Timings,
} from './context.ts'
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
export { acceptDispute, submitEvidence } from './disputes/act.ts'
export { followPolicy, watchDeadline } from './disputes/deadline.ts'
export { addEvidence } from './disputes/evidence.ts'
export { detailsOf, getDispute, listDisputes } from './disputes/read.ts'
export { sendAct } from './disputes/send.ts'
export { DISPUTE_ACT_QUEUE, DISPUTE_DEADLINE_QUEUE, DISPUTE_POLICY_QUEUE } from './disputes/timers.ts'
export type { DisputeActView, DisputeDetails, DisputeView, EvidenceView } from './disputes/view.ts'
export { createFeeBook, type FeeBook } from './fees/book.ts'
export { type BookedFeeView, feesOf, type PaymentFeesView } from './fees/booked.ts'
export { type MarginView, marginOf } from './fees/margin.ts'
export { type FeeVolumeView, volumeOfMonth } from './fees/month.ts'
export { type FeeQuoteView, quoteFee } from './fees/quote.ts'
export {
  type FeeScheduleView,
  listSchedules,
  scheduleAt,
  scheduleOf,
  scheduleView,
  setSchedule,
} from './fees/schedules.ts'
export { type ReportedCost, trueUpFee } from './fees/true-up.ts'
export { TRUE_UP_QUEUE, trueUpLater } from './fees/true-up-later.ts'
export { convertQuote } from './fx/convert.ts'
export type { FxDesk } from './fx/desk.ts'
export { type ExposureView, exposureOf, type PositionView } from './fx/exposure.ts'
export { checkHedge } from './fx/hedge.ts'
export { executeHedge, type FxHedgeView, getHedge, listHedges } from './fx/hedges.ts'
export { type FxQuoteView, loadQuote, makeQuote, quoteView } from './fx/quote.ts'
export { createRates } from './fx/rates.ts'
export { REAP_QUEUE, reapResults, scheduleReaping } from './idempotency/reap.ts'
export type { AttemptView } from './payments/attempt-view.ts'
export { cancelPayment } from './payments/cancel.ts'
export { type CaptureRequest, capturePayment } from './payments/capture.ts'
export { createPayment } from './payments/create.ts'
export type { CreateRequest, OrderRequest } from './payments/create-request.ts'
export type { MethodInput, PaymentDetails } from './payments/details.ts'
export { expire } from './payments/expire.ts'
export { type IncrementRequest, incrementPayment } from './payments/increment.ts'
export type { OperationCall } from './payments/keyed-operation.ts'
export { PARKING_QUEUE } from './payments/parking.ts'
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
export { unpark } from './payments/unpark.ts'
export type { DeclineView, MethodView, OrderView, PaymentView, RefundView, SettleView } from './payments/view.ts'
export {
  addDestination,
  advancePayout,
  approvePayout,
  type BatchFactResult,
  cancelPayout,
  createPayout,
  type DestinationView,
  type ExportRequest,
  exportPayouts,
  findBatch,
  findByReference,
  getDestination,
  getPayout,
  getPayoutFile,
  listDestinations,
  listPayoutFiles,
  listPayouts,
  PAYOUT_QUEUE,
  PAYOUT_UNSEEN_QUEUE,
  type PayoutBatchView,
  type PayoutFact,
  type PayoutFactResult,
  type PayoutFileContent,
  type PayoutFileView,
  type PayoutQuery,
  type PayoutRequest,
  type PayoutTestimony,
  type PayoutView,
  payoutBatchSettled,
  payoutReturned,
  payoutSettled,
  removeDestination,
  resolvePayout,
  tellUnseen,
} from './payouts/index.ts'
export { createPeers, type Peers, TELL_EVERY_MS } from './peers/peers.ts'
export {
  actOnBreak,
  type BreakAct,
  type BreakPostingView,
  type BreakQuery,
  type BreakView,
  CHECK_QUEUE,
  type CheckReport,
  checkAll,
  checkChanges,
  getBreak,
  getRun,
  type IngestProgress,
  type IngestRequest,
  ingest,
  listBreaks,
  listRuns,
  lookAgain,
  NIGHTLY_QUEUE,
  type RunQuery,
  type RunView,
  runCheck,
  runNightly,
  type SweepReport,
  scheduleReconciliation,
  sweepMissing,
} from './reconciliation/index.ts'
export { renewLeases, sweepAttempts, sweepObligations } from './recovery/sweep.ts'
export { approveRefund, denyRefund, type RefundVerdict } from './refunds/decide.ts'
export { expireRefund } from './refunds/expire.ts'
export { getRefund, listRefunds, type RefundQuery } from './refunds/read.ts'
export type { RefundDecisionView, RefundDetails } from './refunds/view.ts'
export { earnings } from './reports/earnings.ts'
export { type OutstandingRow, outstanding } from './reports/outstanding.ts'
export { type AccountStatementRow, accountStatement } from './reports/statement.ts'
export { type TrialBalanceRow, trialBalance } from './reports/trial-balance.ts'
export { getReview, listReviews, type ReviewQuery } from './reviews/read.ts'
export { type ReviewDecision, resolveReview } from './reviews/resolve.ts'
export type { ReviewDetails, ReviewView, StuckView } from './reviews/view.ts'
export { explainRoute } from './routing/explain.ts'
export type { CandidateView, RefusedView, RouteView } from './routing/route-view.ts'
export { createStandings, type StandingChange, type Standings } from './routing/standings.ts'
export {
  ADVANCE_QUEUE,
  advanceDue,
  DISCOVER_QUEUE,
  discoverMerchants,
  getSettlement,
  INSTANT_QUEUE,
  instantTimers,
  listPlans,
  listSettlements,
  operateSettlement,
  type PlanView,
  RESERVE_QUEUE,
  releaseReserve,
  reserveDue,
  runBatch,
  runInstant,
  runScheduled,
  SCHEDULE_QUEUE,
  type SettlementAct,
  type SettlementLineView,
  type SettlementSetup,
  type SettlementView,
  STATEMENT_FORMATS,
  type StatementFormat,
  scheduleDiscovery,
  scheduleInstant,
  scheduleSettlements,
  settlementStatement,
  settlementView,
} from './settlement/index.ts'
export {
  type PaymentProblem,
  type PaymentsReport,
  type VerifyAllOptions,
  type VerifyProgress,
  type VerifyReport,
  verifyStorage,
} from './verify/index.ts'
export { listWallets, type WalletBalance, type WalletView, walletOf } from './wallets/read.ts'
export { createDesk } from './webhooks/desk.ts'
export {
  bodyOfDelivery,
  countDeliveries,
  type DeliveryCount,
  type DeliveryDetails,
  type DeliveryQuery,
  type DeliveryView,
  type DeliveryViewState,
  type DisputeFactView,
  type FactView,
  getDelivery,
  type InboxCounts,
  listDeliveries,
} from './webhooks/read.ts'
export { REAP_BODIES_QUEUE, reapBodies, scheduleBodyReaping } from './webhooks/reap-bodies.ts'
export { type Delivery, type Receipt, receiveWebhook } from './webhooks/receive.ts'
export { redriveDeliveries, redriveDelivery } from './webhooks/redrive.ts'
export { type ReplayReport, type ReplayRequest, replayDeliveries } from './webhooks/replay.ts'
export { sweepWebhooks } from './webhooks/sweep.ts'
export type { WorkProblem, WorkReport } from './webhooks/work-report.ts'
