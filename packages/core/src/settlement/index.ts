export {
  type Calendar,
  calendarText,
  type DueRuns,
  dueRuns,
  nextRun,
} from './calendar.ts'
export { type SettlementDecision, SettlementDraft } from './draft.ts'
export { type LineKind, linesOf, SETTLED, type SettlementLine } from './lines.ts'
export { SETTLEMENT, SETTLEMENT_STATES, type SettlementState } from './machine.ts'
export {
  planFor,
  type SettlementPlan,
  termsOf,
} from './plan.ts'
export { reserveReleasePostings, settlementPostings } from './postings.ts'
export {
  type SettlementRow,
  type SettlementScheduleRow,
  settlementSchedules,
  settlements,
} from './records.ts'
export { addLine, divideDue, dueOf, refuseState, type Sums } from './rules.ts'
