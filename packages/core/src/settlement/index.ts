export {
  type Calendar,
  type CalendarDays,
  calendarText,
  type DueRuns,
  dueRuns,
  nextRun,
  type PlannedRun,
} from './calendar.ts'
export { type SettlementDecision, SettlementDraft, type SettlementNews } from './draft.ts'
export { type LineAccount, type LineKind, linesOf, SETTLED, type SettlementLine } from './lines.ts'
export { SETTLEMENT, SETTLEMENT_STATES, type SettlementEvent, type SettlementState } from './machine.ts'
export {
  type PlanOwners,
  planFor,
  type ReserveTerms,
  type SettlementPlan,
  type SettlementTerms,
  termsOf,
} from './plan.ts'
export { reserveReleasePostings, settlementPostings } from './postings.ts'
export {
  SETTLEMENT_FAILURES,
  type SettlementRow,
  type SettlementScheduleRow,
  settlementSchedules,
  settlements,
} from './records.ts'
export { addLine, type Division, divideDue, dueOf, type ReserveNow, refuseState, type Sums } from './rules.ts'
