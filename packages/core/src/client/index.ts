export type { TickReport } from './background.ts'
export {
  type AttachInput,
  attachInput,
  type CustomerInput,
  type Customers,
  customerInput,
  type PaymentMethods,
} from './customers.ts'
export { type Disputes, type ListDisputesInput, listDisputesInput } from './disputes.ts'
export { type EvidenceFileInput, type EvidenceInput, evidenceInput } from './evidence-input.ts'
export {
  type Fees,
  type FeeVolumeInput,
  feeVolumeInput,
  type ListSchedulesInput,
  listSchedulesInput,
  type QuoteFeeInput,
  quoteFeeInput,
  type SetFeesOptions,
} from './fees.ts'
export { createFlorin, type Events, type Florin, type ForOptions, type MerchantApi } from './florin.ts'
export { type Fx, type FxConvertInput, type FxQuoteInput, fxConvertInput, fxQuoteInput } from './fx.ts'
export type { FxOptions } from './fx-options.ts'
export type { GatewayAccountHealth, Health } from './health.ts'
export type { BreakerMove, GatewayHealthChange, HealthMove, HealthRates } from './health-watch.ts'
export {
  type ExecuteHedgeInput,
  executeHedgeInput,
  type Hedges,
  type ListHedgesInput,
  listHedgesInput,
} from './hedges.ts'
export {
  type CaptureInput,
  type CreatePaymentInput,
  cancelInput,
  captureInput,
  createPaymentInput,
  type GetOptions,
  type IncrementInput,
  idempotencyKeyInput,
  incrementInput,
  type ListInput,
  listInput,
  type RefundInput,
  type ResumeInput,
  type RetryInput,
  refundInput,
  resumeInput,
  retryInput,
} from './input.ts'
export type { HoldView, Ledger, PastBalanceView } from './ledger.ts'
export type { FlorinOptions } from './options.ts'
export type { CreatePayment, MethodFor, Payments, RawPayments, RetryPayment } from './payments.ts'
export type { PayoutOptions } from './payout-options.ts'
export {
  type ApprovePayoutInput,
  approvePayoutInput,
  type CreatePayoutInput,
  createPayoutInput,
  type DestinationInput,
  destinationInput,
  type ExportPayoutsInput,
  exportPayoutsInput,
  type ListDestinationsInput,
  type ListPayoutFilesInput,
  type ListPayoutsInput,
  listDestinationsInput,
  listPayoutFilesInput,
  listPayoutsInput,
  type PayoutDestinations,
  type PayoutFiles,
  type Payouts,
  type ResolvePayoutInput,
  resolvePayoutInput,
} from './payouts.ts'
export {
  type AssignBreakInput,
  assignBreakInput,
  type Breaks,
  type IgnoreBreakInput,
  type IngestInput,
  ignoreBreakInput,
  type ListBreaksInput,
  type ListRunsInput,
  listBreaksInput,
  listRunsInput,
  type Reconciliation,
  type ResolveBreakInput,
  resolveBreakInput,
} from './reconciliation.ts'
export {
  type DecideRefundInput,
  decideRefundInput,
  type ListRefundsInput,
  listRefundsInput,
  type Refunds,
} from './refunds.ts'
export {
  type AccountStatementInput,
  type AllReports,
  accountStatementInput,
  type EarningsInput,
  earningsInput,
  type Reports,
  type TrialBalanceInput,
  trialBalanceInput,
} from './reports.ts'
export type { CallOptions } from './requests.ts'
export {
  type ListReviewsInput,
  listReviewsInput,
  type ResolveReviewInput,
  type Reviews,
  resolveReviewInput,
} from './reviews.ts'
export { type ExplainInput, type ExplainPayment, explainInput, type Routing } from './routing.ts'
export type { SettlementPlansInput } from './settlement-options.ts'
export {
  type DecideSettlementInput,
  decideSettlementInput,
  type ListSettlementsInput,
  listSettlementsInput,
  type RunSettlementInput,
  runSettlementInput,
  type SettlementRunView,
  type Settlements,
  type StatementInput,
  statementInput,
} from './settlements.ts'
export {
  type ListWalletsInput,
  listWalletsInput,
  type WalletInput,
  type Wallets,
  walletInput,
} from './wallets.ts'
export type { ListDeliveriesInput, RedriveInput, ReplayInput, Webhooks } from './webhooks.ts'
