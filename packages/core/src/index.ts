export * from './client/index.ts'
export {
  type ChainHead,
  type Cursor,
  type EventPage,
  START,
  type StreamEvent,
  type Subscription,
} from './events/index.ts'
export type {
  CustomerView,
  DeclineView,
  MethodView,
  OrderView,
  PageView,
  PaymentMethodView,
  PaymentView,
  PostingView,
  RefundView,
  TimelineEntry,
  TimelineView,
  VerifyReport,
} from './flows/index.ts'
export {
  type Cancel,
  type Clock,
  createIds,
  ERROR_CODES,
  type ErrorCode,
  FlorinError,
  type Id,
  type Ids,
  isFlorinError,
  type Random,
  type Runtime,
  type Scheduler,
  systemRuntime,
} from './kernel/index.ts'
export type { BalanceView, EntryView } from './ledger/index.ts'
export {
  allocate,
  allocateEvenly,
  basisPoints,
  convert,
  currencies,
  currencyOf,
  formatAmount,
  Money,
  money,
  multiply,
  parseAmount,
  percent,
  type Rate,
  type Rounding,
  rate,
} from './money/index.ts'
export { PAYMENT_STATUSES, type PaymentStatus } from './payments/index.ts'
export { ephemeralKeys, type KeyProvider, localKeys, type SealingKey } from './sealing/index.ts'
