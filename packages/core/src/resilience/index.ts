export type { BreakerLeave, BreakerView } from './breaker.ts'
export {
  BREAKER,
  BREAKER_STATES,
  type BreakerChange,
  type BreakerEvent,
  type BreakerReason,
  type BreakerState,
} from './breaker-state.ts'
export { Bulkhead, type BulkheadView } from './bulkhead.ts'
export {
  type CoverConditions,
  type CoveredFailover,
  coveredFailover,
  type DeclineHistory,
  type Failover,
  type FailoverAnswer,
  type FailoverRefusal,
  type FreeFailover,
  freeFailover,
  isSettledCharge,
  isUnknownAuthorization,
  requireFailover,
  type SettledCharge,
  type UnknownAuthorization,
} from './failover.ts'
export {
  type AccountTally,
  type AccountView,
  createGuard,
  type Guard,
  type GuardChange,
  type GuardedCall,
  type GuardParts,
  type GuardView,
} from './guard.ts'
export { mayRetry, type RetrySituation, type RetryVerdict } from './may-retry.ts'
export { type Exchange, isUnknown, OUTCOMES, type Outcome, outcomeOf, throttledForMs } from './outcome.ts'
export { checkRateAccounts, type RateLimit, type RateView } from './rate-limit.ts'
export { type AccountNews, type ServerNews, type ServerRow, servers } from './records.ts'
export { RetryBudget, type RetryBudgetSettings } from './retry-budget.ts'
export { type RetryContext, retryGuarded } from './retry-guarded.ts'
export { type RetryPolicy, type RetryPolicyInput, retryDelayMs, retryPolicySchema } from './retry-policy.ts'
export { type ResilienceOptions, type ResilienceSettings, resolveResilience } from './settings.ts'
export { isShed, SHED_REASONS, type ShedAnswer, type ShedReason } from './shed.ts'
export { HORIZONS_MS, type HorizonMs, TALLY_LAYOUT, type Tally, type WindowStats } from './window.ts'
export { RANKS, type Rank, WORK, type WorkKind, type WorkTreatment, workOf } from './work.ts'
