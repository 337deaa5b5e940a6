export { Books, reversed } from './books.ts'
export { type Finding, moveBreak, openBreak, putBreak, reopenBreak } from './break.ts'
export {
  type BatchNews,
  type Chunk,
  type Decided,
  decideChunk,
  lineOf,
  restOf,
  type Verdict,
  verdictOn,
} from './decide.ts'
export { BREAK, BREAK_STATES, type BreakState, RUN, RUN_STATES, type RunState } from './machine.ts'
export {
  amountOf,
  CANDIDATE,
  type Candidate,
  type Candidates,
  candidateFor,
  isBooked,
  isOfBuyer,
  settlesNothing,
  settlesOf,
} from './match.ts'
export {
  BREAK_KINDS,
  type BreakKind,
  COUNTED_AS,
  checkSource,
  LINE_RESULTS,
  type LineResult,
  NO_COUNTS,
  type RunCounts,
  type StatementSource,
  type SuggestedPosting,
  sourceName,
  sourceOf,
  suggested,
  type Tolerances,
} from './model.ts'
export { bookLine, differencePosting, isPayout } from './postings.ts'
export {
  type BatchPartRow,
  type BatchRow,
  type BreakRow,
  breaks,
  gatewayBatches,
  gatewayBatchParts,
  type LineRest,
  type LineRow,
  lateMatches,
  type Resolution,
  type RunRow,
  type RunSums,
  reconciliationPlaces,
  reconciliationRuns,
  reconciliationSources,
  type SettledCostsRow,
  type SourceRow,
  settledCosts,
  statementLines,
} from './records.ts'
