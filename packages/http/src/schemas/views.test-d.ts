import type {
  AccountStatementRow,
  AttemptView,
  BalanceView,
  BreakView,
  CustomerView,
  DestinationView,
  DisputeDetails,
  DisputeView,
  EarningsRow,
  ExposureView,
  FeeQuoteView,
  FeeScheduleView,
  FeeVolumeView,
  FxHedgeView,
  FxQuoteView,
  Health,
  OutstandingRow,
  PageView,
  PaymentMethodView,
  PaymentView,
  PayoutFileContent,
  PayoutFileView,
  PayoutView,
  RefundDetails,
  ReviewDetails,
  ReviewView,
  RouteView,
  RunView,
  SettlementView,
  TimelineView,
  TrialBalanceRow,
  WalletView,
} from '@florin/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { OUTPUTS, OutputName } from './components.ts'

// The schemas say nothing of `readonly`, which JSON does not know; all else must be equal, also what is optional.
type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T
type Written<N extends OutputName> = Frozen<z.output<(typeof OUTPUTS)[N]>>

describe('the output schemas', () => {
  it('are the views that core gives', () => {
    expectTypeOf<Written<'Payment'>>().toEqualTypeOf<Frozen<PaymentView>>()
    expectTypeOf<Written<'Break'>>().toEqualTypeOf<Frozen<BreakView>>()
    expectTypeOf<Written<'ReconciliationRun'>>().toEqualTypeOf<Frozen<RunView>>()
    expectTypeOf<Written<'PaymentPage'>>().toEqualTypeOf<Frozen<PageView<PaymentView>>>()
    expectTypeOf<Written<'Timeline'>>().toEqualTypeOf<Frozen<TimelineView>>()
    expectTypeOf<Written<'Attempt'>>().toEqualTypeOf<Frozen<AttemptView>>()
    expectTypeOf<Written<'Route'>>().toEqualTypeOf<Frozen<RouteView>>()
    expectTypeOf<Written<'TrialBalanceRow'>>().toEqualTypeOf<Frozen<TrialBalanceRow>>()
    expectTypeOf<Written<'EarningsRow'>>().toEqualTypeOf<Frozen<EarningsRow>>()
    expectTypeOf<Written<'OutstandingRow'>>().toEqualTypeOf<Frozen<OutstandingRow>>()
    expectTypeOf<Written<'AccountStatementRow'>>().toEqualTypeOf<Frozen<AccountStatementRow>>()
    expectTypeOf<Written<'RefundDetails'>>().toEqualTypeOf<Frozen<RefundDetails>>()
    expectTypeOf<Written<'RefundPage'>>().toEqualTypeOf<Frozen<PageView<RefundDetails>>>()
    expectTypeOf<Written<'Dispute'>>().toEqualTypeOf<Frozen<DisputeDetails>>()
    expectTypeOf<Written<'DisputePage'>>().toEqualTypeOf<Frozen<PageView<DisputeView>>>()
    expectTypeOf<Written<'Review'>>().toEqualTypeOf<Frozen<ReviewDetails>>()
    expectTypeOf<Written<'ReviewPage'>>().toEqualTypeOf<Frozen<PageView<ReviewView>>>()
    expectTypeOf<Written<'Settlement'>>().toEqualTypeOf<Frozen<SettlementView>>()
    expectTypeOf<Written<'SettlementPage'>>().toEqualTypeOf<Frozen<PageView<SettlementView>>>()
    expectTypeOf<Written<'Wallet'>>().toEqualTypeOf<Frozen<WalletView>>()
    expectTypeOf<Written<'WalletPage'>>().toEqualTypeOf<Frozen<PageView<WalletView>>>()
    expectTypeOf<Written<'FeeSchedule'>>().toEqualTypeOf<Frozen<FeeScheduleView>>()
    expectTypeOf<Written<'FeeSchedulePage'>>().toEqualTypeOf<Frozen<PageView<FeeScheduleView>>>()
    expectTypeOf<Written<'FeeQuote'>>().toEqualTypeOf<Frozen<FeeQuoteView>>()
    expectTypeOf<Written<'FeeVolume'>>().toEqualTypeOf<Frozen<FeeVolumeView>>()
    expectTypeOf<Written<'FxHedge'>>().toEqualTypeOf<Frozen<FxHedgeView>>()
    expectTypeOf<Written<'FxHedgePage'>>().toEqualTypeOf<Frozen<PageView<FxHedgeView>>>()
    expectTypeOf<Written<'FxExposure'>>().toEqualTypeOf<Frozen<readonly ExposureView[]>>()
    expectTypeOf<Written<'FxQuote'>>().toEqualTypeOf<Frozen<FxQuoteView>>()
    expectTypeOf<Written<'Balance'>>().toEqualTypeOf<Frozen<BalanceView>>()
    expectTypeOf<Written<'BalancePage'>>().toEqualTypeOf<Frozen<PageView<BalanceView>>>()
    expectTypeOf<Written<'Payout'>>().toEqualTypeOf<Frozen<PayoutView>>()
    expectTypeOf<Written<'PayoutPage'>>().toEqualTypeOf<Frozen<PageView<PayoutView>>>()
    expectTypeOf<Written<'PayoutDestination'>>().toEqualTypeOf<Frozen<DestinationView>>()
    expectTypeOf<Written<'PayoutFile'>>().toEqualTypeOf<Frozen<PayoutFileContent>>()
    expectTypeOf<Written<'PayoutFilePage'>>().toEqualTypeOf<Frozen<PageView<PayoutFileView>>>()
    expectTypeOf<Written<'Customer'>>().toEqualTypeOf<Frozen<CustomerView>>()
    expectTypeOf<Written<'PaymentMethod'>>().toEqualTypeOf<Frozen<PaymentMethodView>>()
    expectTypeOf<Required<Written<'Health'>>>().toEqualTypeOf<Frozen<Required<Health>>>()
  })
})
