import { FlorinError } from '../../kernel/index.ts'
import { addLine, dueOf, refuseState, type SettlementRow, type Sums } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { loadSettlement } from './commit.ts'
import { chunksOf } from './entries.ts'
import { settlementId } from './operate.ts'
import { statementCsv } from './statement-csv.ts'
import { statementHtml } from './statement-html.ts'
import { statementJson } from './statement-json.ts'
import { lineView, type SettlementLineView } from './view.ts'

/** How a statement is written. */
export const STATEMENT_FORMATS = ['json', 'csv', 'html'] as const
export type StatementFormat = (typeof STATEMENT_FORMATS)[number]

/** Lines of a statement as they are read, some hundreds at a time. */
export type StatementLines = AsyncIterable<readonly SettlementLineView[]>

const WRITERS = { json: statementJson, csv: statementCsv, html: statementHtml } as const

/**
 * The statement of a settlement as text, piece by piece and in flat memory whatever its size. Its lines sum to what is paid, reserved and
 * carried: they are added up again while they are written, and a difference is an error instead of an end.
 * @throws FlorinError `not_found`, and `invalid_state` before it is calculated
 */
export const settlementStatement = async (
  context: Pick<FlowContext, 'storage'>,
  merchant: string,
  id: string,
  format: StatementFormat,
): Promise<AsyncIterable<string>> => {
  const row = await loadSettlement(context, settlementId(merchant, id))
  const { state } = row
  if (state === 'pending' || state === 'calculating' || row.calculatedTo < row.toVersion) {
    refuseState(row, 'its statement is there once it is calculated')
  }
  return WRITERS[format](row, checkedLines(context, row))
}

async function* checkedLines({ storage }: Pick<FlowContext, 'storage'>, row: SettlementRow): StatementLines {
  let sums: Sums = { ...NOTHING }
  for await (const { lines } of chunksOf(storage, row, row.fromVersion)) {
    for (const line of lines) sums = addLine(sums, line)
    yield lines.filter(({ kind }) => kind !== 'settlement').map((line) => lineView(line, row.currency))
  }
  const sum = dueOf({ ...sums, carriedIn: row.carriedIn })
  if (sum === row.paid + row.reserved + row.carriedOut) return
  throw new FlorinError(
    'storage_corrupt',
    `the lines of settlement ${row.id} sum to ${sum}, and it paid, reserved and carried ${row.paid + row.reserved + row.carriedOut} (minor units): run verify`,
  )
}

const NOTHING: Sums = {
  lines: 0,
  captures: 0n,
  fees: 0n,
  refunds: 0n,
  disputes: 0n,
  adjustments: 0n,
  reserveCover: 0n,
  settledBefore: 0n,
}
