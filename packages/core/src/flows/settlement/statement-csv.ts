import { formatAmount } from '../../money/index.ts'
import type { SettlementRow } from '../../settlement/index.ts'
import { type SettlementLineView, settlementView } from './view.ts'

const COLUMNS = ['at', 'kind', 'subject', 'transaction', 'amount', 'currency']

const DANGER = /^[=+\-@\t\r]/ // where a spreadsheet would take text for a formula
const SPECIAL = /[",\r\n]/

/** A cell of text: quoted where it must be, and never a formula (OWASP, CSV Injection). */
const cell = (text: string): string => {
  const safe = DANGER.test(text) ? `'${text}` : text
  return SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * A statement as CSV (RFC 4180): the lines, and then what was carried in, kept in reserve and carried out. The amounts of all rows but
 * the last sum to the last one, `paid`.
 */
export async function* statementCsv(
  row: SettlementRow,
  pages: AsyncIterable<readonly SettlementLineView[]>,
): AsyncGenerator<string> {
  const { currency } = row
  const { createdAt: at } = settlementView(row)
  const own = (kind: string, minor: bigint): string =>
    `${at},${kind},${row.id},,${formatAmount(minor, currency)},${currency}\r\n`
  yield `${COLUMNS.join(',')}\r\n`
  yield own('carried_in', row.carriedIn)
  for await (const lines of pages) {
    let text = ''
    for (const { at: recorded, kind, subject, transaction, amount } of lines) {
      text += `${recorded},${kind},${cell(subject)},${cell(transaction)},${amount},${currency}\r\n`
    }
    if (text !== '') yield text
  }
  yield own('reserved', -row.reserved) + own('carried_out', -row.carriedOut) + own('paid', row.paid)
}
