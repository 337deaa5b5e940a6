import { type CellValue, csvLine } from './cell.ts'

/** A row of a report: flat and JSON-safe. Amounts are decimal strings. */
export type ReportRow = Readonly<Record<string, CellValue>>

/**
 * A report: its rows as a stream that is read once, in memory that does not grow with it. Nothing is read before the first row is asked for,
 * and errors are thrown from there. Stop early by leaving the loop.
 */
export interface Report<R extends ReportRow = ReportRow> extends AsyncIterable<R> {
  /** The names of the columns, in their order; every row has all of them. */
  readonly columns: readonly (keyof R & string)[]
  /**
   * The report as a CSV file in pieces (RFC 4180, with a line of column names): what a spreadsheet would take for a formula has a `'` before
   * it.
   */
  csv(): AsyncIterable<string>
  /** The report as lines of JSON, in pieces. */
  jsonLines(): AsyncIterable<string>
}

const PIECE = 16_384 // characters: neither a write a row, nor more than a socket takes at a time

/** Strings gathered into pieces that are worth a write. */
async function* inPieces(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = ''
  for await (const part of parts) {
    piece += part
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

async function* csvOf<R extends ReportRow>(columns: Report<R>['columns'], rows: AsyncIterable<R>) {
  yield csvLine(columns)
  for await (const row of rows) yield csvLine(columns.map((name) => row[name] ?? null))
}

async function* jsonOf(rows: AsyncIterable<ReportRow>) {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

/** Makes a report of its columns and of what reads its rows. */
export const reportOf = <R extends ReportRow>(
  columns: Report<R>['columns'],
  read: () => AsyncGenerator<R>,
): Report<R> =>
  Object.freeze<Report<R>>({
    columns,
    [Symbol.asyncIterator]: () => read(),
    csv: () => inPieces(csvOf(columns, read())),
    jsonLines: () => inPieces(jsonOf(read())),
  })
