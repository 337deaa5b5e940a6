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
  /** Where they stand in the file; of lines that follow on each other only the first is told. */
  readonly line: readonly number[]
  readonly kind: Each<StatementLine['kind']>
  readonly currency: Each<string>
  readonly gross: Each<string>
  readonly fee: Each<string | null>
  readonly net: Each<string>
  readonly batch: Each<string | null>
  readonly occurredAt: Each<number>
  /** Null where all count when they occurred. */
  readonly valueAt: Each<number> | null
  readonly result: Each<LineResult>
  readonly merchant: Each<string>
  readonly rest: Each<LineRest | null>
}

/** The document of a part. */
export const partLines = (lines: readonly JudgedLine[]): PartLines => {
  const first = lines[0]?.line.line ?? 0
  return {
    id: lines.map(({ line }) => line.id),
    line: lines.every(({ line }, at) => line.line === first + at) ? [first] : lines.map(({ line }) => line.line),
    kind: each(lines.map(({ line }) => line.kind)),
    currency: each(lines.map(({ line }) => line.currency)),
    gross: each(lines.map(({ line }) => line.gross)).map(String),
    fee: each(lines.map(({ line }) => line.fee)).map((fee) => fee?.toString() ?? null),
    net: each(lines.map(({ line }) => line.net)).map(String),
    batch: each(lines.map(({ batch }) => batch)),
    occurredAt: each(lines.map(({ line }) => line.occurredAt)),
    valueAt: lines.every(({ line }) => line.valueAt === line.occurredAt)
      ? null
      : each(lines.map(({ line }) => line.valueAt)),
    result: each(lines.map(({ result }) => result)),
    merchant: each(lines.map(({ merchant }) => merchant)),
    rest: each(lines.map(({ rest, result }) => (isOdd(result) ? null : rest))), // an odd line's own row has it
  }
}

const each = <T>(all: readonly T[]): Each<T> => {
  const [same] = all
  for (const one of all) if (one !== same) return all
  return all.slice(0, 1)
}

/** What a part says of the line with an id; null where it has no such line. */
export const lineInPart = (
  lines: PartLines,
  id: string,
): { readonly [N in keyof PartLines]: NonNullable<PartLines[N]>[number] } | null => {
  const at = lines.id.indexOf(id)
  if (at < 0) return null
  const told = <T>(all: Each<T>): T => (all.length === 1 ? all[0] : all[at]) as T
  const [first = 0] = lines.line
  return {
    id,
    line: lines.line[at] ?? first + at,
    kind: told(lines.kind),
    currency: told(lines.currency),
    gross: told(lines.gross),
    fee: told(lines.fee),
    net: told(lines.net),
    batch: told(lines.batch),
    occurredAt: told(lines.occurredAt),
    valueAt: told(lines.valueAt ?? lines.occurredAt),
    result: told(lines.result),
    merchant: told(lines.merchant),
    rest: told(lines.rest),
  }
}
