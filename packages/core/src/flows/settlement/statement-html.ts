import type { SettlementRow } from '../../settlement/index.ts'
import { type SettlementLineView, type SettlementView, settlementView } from './view.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML, in elements and in quoted attributes. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] as string)

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p.sub { color: #57606a; margin: 0 0 1.5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d0d7de; vertical-align: top; overflow-wrap: anywhere; }
th.n, td.n { text-align: right; white-space: nowrap; }
tr.sum td { font-weight: 600; border-top: 2px solid #1b1f24; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`

const KINDS: Readonly<Record<string, string>> = {
  capture: 'Payment',
  fee: 'Fee',
  refund: 'Refund',
  dispute: 'Dispute',
  adjustment: 'Adjustment',
  reserve_cover: 'From reserve',
}

/** A statement as one page that needs nothing else: no script, no font, no picture; it prints as it is. */
export async function* statementHtml(
  row: SettlementRow,
  pages: AsyncIterable<readonly SettlementLineView[]>,
): AsyncGenerator<string> {
  const view = settlementView(row)
  yield head(row, view)
  yield summary(view)
  yield `<h2>Lines</h2>\n<table>\n<thead><tr><th>Date (UTC)</th><th>What</th><th>Of</th><th class="n">${escaped(view.currency)}</th></tr></thead>\n<tbody>\n`
  for await (const lines of pages) {
    let text = ''
    for (const { at, kind, subject, amount } of lines) {
      text += `<tr><td>${dateTime(at)}</td><td>${escaped(KINDS[kind] ?? kind)}</td><td>${escaped(subject)}</td><td class="n">${escaped(amount)}</td></tr>\n`
    }
    if (text !== '') yield text
  }
  yield `</tbody>\n</table>\n</body>\n</html>\n`
}

const dateTime = (iso: string): string => escaped(iso.slice(0, 16).replace('T', ' '))

const head = ({ merchant }: SettlementRow, { id, seller, createdAt, state, currency }: SettlementView): string => {
  const owner = escaped(seller ?? merchant)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statement ${escaped(id)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Statement for ${owner}</h1>
<p class="sub">Settlement ${escaped(id)} of ${dateTime(createdAt)} UTC, in ${escaped(currency)}: ${escaped(state)}</p>
`
}

const summary = (view: SettlementView): string => {
  const rows: readonly (readonly [string, string, boolean?])[] = [
    ['Carried in from the settlement before', view.carriedIn],
    ['Payments', view.captures],
    ['Fees', view.fees],
    ['Refunds', view.refunds],
    ['Disputes', view.disputes],
    ['Adjustments', view.adjustments],
    ['From reserve', view.reserveCover],
    ['Due', view.due, true],
    ['Kept in reserve', negative(view.reserved)],
    ['Carried to the next settlement', negative(view.carriedOut)],
    ['Paid', view.paid, true],
  ]
  const line = ([label, amount, sum]: (typeof rows)[number]): string =>
    `<tr${sum === true ? ' class="sum"' : ''}><td>${label}</td><td class="n">${escaped(amount)}</td></tr>\n`
  return `<table>\n<tbody>\n${rows.map(line).join('')}</tbody>\n</table>\n`
}

/** The opposite of a decimal text. */
const negative = (text: string): string => {
  if (text.startsWith('-')) return text.slice(1)
  return /[1-9]/.test(text) ? `-${text}` : text
}
