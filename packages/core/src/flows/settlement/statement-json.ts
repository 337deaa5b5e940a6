import type { SettlementRow } from '../../settlement/index.ts'
import { type SettlementLineView, settlementView } from './view.ts'

/** A statement as one JSON document: `{ settlement, lines }`. */
export async function* statementJson(
  row: SettlementRow,
  pages: AsyncIterable<readonly SettlementLineView[]>,
): AsyncGenerator<string> {
  yield `{"object":"settlement_statement","settlement":${JSON.stringify(settlementView(row))},"lines":[`
  let first = true
  for await (const lines of pages) {
    if (lines.length === 0) continue
    const text = lines.map((line) => JSON.stringify(line)).join(',\n')
    yield first ? text : `,\n${text}`
    first = false
  }
  yield ']}\n'
}
