import type { LineReferences, StatementLine } from '../statements/index.ts'
import type { LineResult } from './model.ts'

/** All that a line could be matched by besides, and what it says. */
export interface LineRest {
  readonly references: LineReferences
  readonly presentment: { readonly currency: string; readonly amount: string; readonly rate: string | null } | null
  readonly text: string
}

/** Whether somebody may have to look at a line again. */
export const isOdd = (result: LineResult): boolean => result !== 'matched' && result !== 'booked'

/** What was decided about a line. */
export interface JudgedLine {
  readonly line: StatementLine
  /** What it settles, or a name of its own. */
  readonly settles: string
  readonly result: LineResult
  /** In whose books it stands. */
  readonly merchant: string
  /** The payout that it belongs to, or that it tells of; null while it only stands on the balance. */
  readonly batch: string | null
  /** What is kept of it besides; null where nobody will ask. */
  readonly rest: LineRest | null
}

/** What each line of a part has in one place, in their order; a list of one says that all have the same. */
export type Each<T> = readonly T[]

/** A part's lines, a list for each thing that lines have: most of them have most in common. Amounts are minor units, as text. */
export interface PartLines {
  readonly id: Each<string>
  readonly line: Each<number>
  readonly kind: Each<StatementLine['kind']>
  readonly currency: Each<string>
  readonly gross: Each<string>
  readonly fee: Each<string | null>
  readonly net: Each<string>
  readonly batch: Each<string | null>
  readonly occurredAt: Each<number>
  readonly valueAt: Each<number>
  readonly result: Each<LineResult>
  readonly merchant: Each<string>
  readonly rest: Each<LineRest | null>
}

/** The document of a part. */
export const partLines = (lines: readonly JudgedLine[]): PartLines => ({
  id: lines.map(({ line }) => line.id),
  line: lines.map(({ line }) => line.line),
  kind: each(lines, ({ line }) => line.kind),
  currency: each(lines, ({ line }) => line.currency),
  gross: texts(lines, ({ line }) => line.gross),
  fee: each(lines, ({ line }) => line.fee).map((fee) => fee?.toString() ?? null),
  net: texts(lines, ({ line }) => line.net),
  batch: each(lines, ({ batch }) => batch),
  occurredAt: each(lines, ({ line }) => line.occurredAt),
  valueAt: each(lines, ({ line }) => line.valueAt),
  result: each(lines, ({ result }) => result),
  merchant: each(lines, ({ merchant }) => merchant),
  rest: each(lines, ({ rest, result }) => (isOdd(result) ? null : rest)), // of the odd ones a row of their own has it
})

const each = <T>(lines: readonly JudgedLine[], of: (line: JudgedLine) => T): Each<T> => {
  const [first] = lines
  if (first === undefined) return []
  const same = of(first)
  return lines.every((line) => of(line) === same) ? [same] : lines.map(of)
}

const texts = (lines: readonly JudgedLine[], of: (line: JudgedLine) => bigint): Each<string> =>
  each(lines, of).map((amount) => amount.toString())

/** What a part says of the line with an id; null where it has no such line. */
export const lineInPart = (
  lines: PartLines,
  id: string,
): { readonly [N in keyof PartLines]: PartLines[N][number] } | null => {
  const at = lines.id.indexOf(id)
  if (at < 0) return null
  const told = <T>(all: Each<T>): T => (all.length === 1 ? all[0] : all[at]) as T
  return {
    id,
    line: told(lines.line),
    kind: told(lines.kind),
    currency: told(lines.currency),
    gross: told(lines.gross),
    fee: told(lines.fee),
    net: told(lines.net),
    batch: told(lines.batch),
    occurredAt: told(lines.occurredAt),
    valueAt: told(lines.valueAt),
    result: told(lines.result),
    merchant: told(lines.merchant),
    rest: told(lines.rest),
  }
}
