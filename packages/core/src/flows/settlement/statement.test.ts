import { expect, test } from 'vitest'
import type { SettlementRow } from '../../settlement/index.ts'
import { statementCsv } from './statement-csv.ts'
import { statementHtml } from './statement-html.ts'
import { statementJson } from './statement-json.ts'
import type { SettlementLineView } from './view.ts'

const HOSTILE = `<script>alert("1")</script>&'`

const row: SettlementRow = {
  ...{ merchant: 'mer_1', id: 'stl_1', seller: HOSTILE, currency: 'EUR', account: 'a', plan: 'daily' },
  terms: { minimum: '1', reserve: null, approval: 'automatic', payout: 'none' },
  ...{ fromVersion: 0, toVersion: 1, carriedIn: -150n, scheduledFor: null, cutOffAt: null, createdAt: 0 },
  ...{ state: 'completed', calculatedTo: 1, lines: 1, captures: 1_000n, fees: 0n, refunds: 0n, disputes: 0n },
  ...{ adjustments: 0n, reserveCover: 0n, settledBefore: 0n, reserved: 50n, paid: 800n, carriedOut: 0n, movedAt: 0 },
  ...{ reserveState: 'held', reserveDue: null, payout: null, failure: null, updatedAt: 0, version: 6 },
}

async function* pages(...subjects: readonly string[]): AsyncGenerator<readonly SettlementLineView[]> {
  for (const subject of subjects) {
    const at = '2026-11-21T10:00:00.000Z'
    yield [{ at, kind: 'capture', subject, transaction: '=1+1', type: 'capture', amount: '10.00' }]
    yield [] // a page of holds has no lines
  }
}

const gathered = async (pieces: AsyncIterable<string>): Promise<string> => {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

test('a page shows what others named as text, and nothing of it as markup', async () => {
  const page = await gathered(statementHtml(row, pages(HOSTILE)))
  expect(page).not.toContain('<script')
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`) // should something slip through
  expect(page.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&amp;&#39;/g)).toHaveLength(2)
  expect(page).toContain('<td>Carried in from the settlement before</td><td class="n">-1.50</td>')
  expect(page).toContain('<td>Kept in reserve</td><td class="n">-0.50</td>')
  expect(page).toContain('<td>Carried to the next settlement</td><td class="n">0.00</td>')
})

test('a table quotes what would break it, and disarms what a spreadsheet would compute', async () => {
  const csv = await gathered(statementCsv(row, pages('a,b', '"c"', '=HYPERLINK("x")', '@d', 'e\r\nf')))
  const lines = csv.split(/\r\n(?=\d|$)/)
  expect(lines.slice(2, 7).map((line) => line.split('capture,')[1])).toEqual([
    `"a,b",'=1+1,10.00,EUR`,
    `"""c""",'=1+1,10.00,EUR`,
    `"'=HYPERLINK(""x"")",'=1+1,10.00,EUR`,
    `'@d,'=1+1,10.00,EUR`,
    `"e\r\nf",'=1+1,10.00,EUR`,
  ])
})

test('a document is JSON, also without lines', async () => {
  const two = JSON.parse(await gathered(statementJson(row, pages('a', HOSTILE))))
  expect(two.lines.map(({ subject }: SettlementLineView) => subject)).toEqual(['a', HOSTILE])
  expect(two.settlement).toMatchObject({ id: 'stl_1', due: '8.50', paid: '8.00' })
  expect(JSON.parse(await gathered(statementJson(row, pages()))).lines).toEqual([])
})
