import {
  approvePayoutInput,
  assignBreakInput,
  attachInput,
  cancelInput,
  captureInput,
  createPaymentInput,
  createPayoutInput,
  customerInput,
  decideRefundInput,
  destinationInput,
  evidenceInput,
  executeHedgeInput,
  explainInput,
  exportPayoutsInput,
  fxConvertInput,
  fxQuoteInput,
  ignoreBreakInput,
  incrementInput,
  quoteFeeInput,
  refundInput,
  resolveBreakInput,
  resolvePayoutInput,
  resolveReviewInput,
  resumeInput,
  retryInput,
} from '@florin/core'
import type { z } from 'zod'
import { balancePage, balanceView } from './balance.ts'
import { customerView, paymentMethodList, paymentMethodView } from './customer.ts'
import { disputeDetails, disputePage } from './dispute.ts'
import { feeQuoteView, feeSchedulePage, feeScheduleView, feeVolumeView } from './fees.ts'
import { fxExposureView, fxHedgePage, fxHedgeView, fxQuoteView } from './fx.ts'
import { actionView, declineView, methodView, orderView, paymentPage, paymentView, refundView } from './payment.ts'
import {
  destinationPage,
  destinationView,
  exportedPayouts,
  payoutFileContent,
  payoutFilePage,
  payoutPage,
  payoutView,
} from './payout.ts'
import { breakDetails, breakPage, breakView, runPage, runView } from './reconciliation.ts'
import { refundDetails, refundPage } from './refund.ts'
import { accountStatementRow, earningsRow, outstandingRow, trialBalanceRow } from './report.ts'
import { reviewDetails, reviewPage, stuckView } from './review.ts'
import { routeView } from './route.ts'
import { healthView, problemView, webhookReceipt } from './service.ts'
import { planList, settlementPage, settlementStatement, settlementView, walletPage, walletView } from './settlement.ts'
import { attemptView, timelineView } from './timeline.ts'

/** What requests carry, by its name in the OpenAPI document. */
export const INPUTS = {
  CreatePayment: createPaymentInput,
  CapturePayment: captureInput,
  CancelPayment: cancelInput,
  RefundPayment: refundInput,
  ResumePayment: resumeInput,
  RetryPayment: retryInput,
  IncrementPayment: incrementInput,
  ExplainRoute: explainInput,
  Evidence: evidenceInput,
  ResolveReview: resolveReviewInput,
  AssignBreak: assignBreakInput,
  IgnoreBreak: ignoreBreakInput,
  ResolveBreak: resolveBreakInput,
  DecideRefund: decideRefundInput,
  QuoteFee: quoteFeeInput,
  CreateFxQuote: fxQuoteInput,
  ConvertFxQuote: fxConvertInput,
  ExecuteFxHedge: executeHedgeInput,
  CreatePayout: createPayoutInput,
  CancelPayout: cancelInput,
  ApprovePayout: approvePayoutInput,
  ResolvePayout: resolvePayoutInput,
  AddPayoutDestination: destinationInput,
  ExportPayouts: exportPayoutsInput,
  CreateCustomer: customerInput,
  AttachPaymentMethod: attachInput,
} as const satisfies Readonly<Record<string, z.ZodType>>

/** What answers carry, by its name in the OpenAPI document. */
export const OUTPUTS = {
  Payment: paymentView,
  PaymentPage: paymentPage,
  Timeline: timelineView,
  Attempt: attemptView,
  Route: routeView,
  RefundDetails: refundDetails,
  RefundPage: refundPage,
  Dispute: disputeDetails,
  DisputePage: disputePage,
  Review: reviewDetails,
  ReviewPage: reviewPage,
  Stuck: stuckView,
  Settlement: settlementView,
  SettlementPage: settlementPage,
  SettlementStatement: settlementStatement,
  SettlementPlanList: planList,
  Wallet: walletView,
  WalletPage: walletPage,
  FeeSchedule: feeScheduleView,
  FeeSchedulePage: feeSchedulePage,
  FeeQuote: feeQuoteView,
  FeeVolume: feeVolumeView,
  FxQuote: fxQuoteView,
  FxHedge: fxHedgeView,
  FxHedgePage: fxHedgePage,
  FxExposure: fxExposureView,
  Balance: balanceView,
  BalancePage: balancePage,
  TrialBalanceRow: trialBalanceRow,
  EarningsRow: earningsRow,
  OutstandingRow: outstandingRow,
  AccountStatementRow: accountStatementRow,
  ReconciliationRun: runView,
  ReconciliationRunPage: runPage,
  Break: breakView,
  BreakDetails: breakDetails,
  BreakPage: breakPage,
  Payout: payoutView,
  PayoutPage: payoutPage,
  PayoutDestination: destinationView,
  PayoutDestinationPage: destinationPage,
  PayoutFile: payoutFileContent,
  ExportedPayouts: exportedPayouts,
  PayoutFilePage: payoutFilePage,
  Customer: customerView,
  PaymentMethod: paymentMethodView,
  PaymentMethodList: paymentMethodList,
  Method: methodView,
  Action: actionView,
  Decline: declineView,
  Refund: refundView,
  Order: orderView,
  Health: healthView,
  WebhookReceipt: webhookReceipt,
  Problem: problemView,
} as const satisfies Readonly<Record<string, z.ZodType>>

/** A schema that requests are read by. */
export type InputName = keyof typeof INPUTS
/** A schema that answers are written by. */
export type OutputName = keyof typeof OUTPUTS
