import type { JudgedLine } from '../../reconciliation/index.ts'
import type { Change } from '../../records/index.ts'
import type { MalformedLine, StatementBalance, StatementLine } from '../../statements/index.ts'

/** Items of a file that are committed together. `from` and `to` count items: `to` is the place after the last. */
export interface Part {
  readonly from: number
  readonly to: number
  readonly lines: readonly StatementLine[]
  readonly balances: readonly StatementBalance[]
  readonly malformed: readonly MalformedLine[]
}

/** What was decided about a part's lines, and what follows from it besides the lines themselves. */
export interface DecidedPart {
  readonly lines: readonly JudgedLine[]
  readonly change: Change
}
