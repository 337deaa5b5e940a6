export { type CheckReport, checkAll, checkChanges } from './checks.ts'
export { ingest } from './ingest.ts'
export { lookAgain } from './look-again.ts'
export {
  actOnBreak,
  type BreakAct,
  type BreakQuery,
  getBreak,
  getRun,
  listBreaks,
  listRuns,
  type RunQuery,
} from './manage.ts'
export { runCheck, runNightly, scheduleReconciliation } from './nightly.ts'
export { CHECK_QUEUE, NIGHTLY_QUEUE } from './queues.ts'
export type { IngestProgress, IngestRequest } from './request.ts'
export { type SweepReport, sweepMissing } from './sweep.ts'
export type { BreakPostingView, BreakView, RunView } from './view.ts'
