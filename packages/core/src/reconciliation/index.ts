export { Books, reversed } from './books.ts'
export { type Finding, moveBreak, openBreak, putBreak, reopenBreak } from './break.ts'
export {
  type BatchNews,
  type Chunk,
  type Decided,
  decideChunk,
  lineOf,
  oddLineRow,
  restOf,
  type Verdict,
  verdictOn,
} from './decide.ts'
export {
  type OddLineRow,
  oddLines,
  statementLines,
  statementParts,
} from './line-records.ts'
export { BREAK, BREAK_STATES, type BreakState, RUN, RUN_STATES, type RunState } from './machine.ts'
export {
  amountOf,
  CANDIDATE,
  type Candidate,
  type Candidates,
  candidateFor,
  isBooked,
  isDispute,
  isDisputeTold,
  isOfBuyer,
  type KnownDispute,
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
export { isOdd, type JudgedLine, type LineRest, type PartLines, partLines } from './part-lines.ts'
export { bookLine, differencePosting, isPayout, lineCost } from './postings.ts'
export {
  type BatchPartRow,
  type BatchRow,
  type BreakRow,
  breaks,
  gatewayBatches,
  gatewayBatchParts,
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
} from './records.ts'
