import {
  type BatchRow,
  Books,
  type Finding,
  type JudgedLine,
  type RunRow,
  type SourceRow,
} from '../../reconciliation/index.ts'
import type { Guard } from '../../records/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import type { FlowContext } from '../context.ts'
import { bankFinding, bookBankLine } from './bank-line.ts'
import { batchesFor, bookBatches, loadWaiting } from './batch-match.ts'
import { setBatch } from './batches.ts'
import { bookingOf } from './book.ts'
import { explainAll, findingsChange } from './findings.ts'
import type { DecidedPart } from './part.ts'
import { tellPayouts } from './payout-lines.ts'
import { unseenBatch } from './unseen-batches.ts'

/** Decides about a part of a bank's file. */
export const bankChunk = async (
  context: FlowContext,
  bank: string,
  source: SourceRow,
  run: RunRow,
  lines: readonly StatementLine[],
): Promise<DecidedPart> => {
  if (lines.length === 0) return { lines: [], change: { guards: [], effects: [] } }
  const told = await tellPayouts(context, source.source, bank, lines)
  const waiting = await loadWaiting(context, lines, source.toleratedDays)
  const books = new Books()
  const taken = new Set<BatchRow>()
  const judged: JudgedLine[] = []
  const findings: Finding[] = []
  const guards: Guard[] = []
  for (const line of lines) {
    const payout = told.get(line.id)
    const shown = payout === undefined ? batchesFor(line, waiting, taken, source.toleratedAmount) : []
    for (const { row } of shown) {
      taken.add(row)
      guards.push(setBatch(row, { waiting: null, bank: source.source, bankLine: line.id }))
    }
    await bookBatches(context, books, bank, shown)
    const known = { bank, source, line, shown, payout }
    const one = bookBankLine(books, known)
    judged.push(one)
    const finding = bankFinding(known, one)
    if (finding !== null) findings.push(finding)
  }
  const first = lines[0]?.line ?? 0
  const booking = bookingOf(context, books.postings(), {
    reference: `${run.id}/${first}`,
    type: 'reconciliation',
    effectiveAt: lines.reduce((newest, { valueAt }) => Math.max(newest, valueAt), 0),
    metadata: { source: source.source, lines: `${first}-${lines.at(-1)?.line ?? first}`, count: String(lines.length) },
  })
  const found = await findingsChange(context, source.source, findings, [])
  const seen = await explainAll(
    context,
    [...taken].map((row) => ({ source: row.source, about: unseenBatch(row) })),
  )
  const change = {
    guards: [...guards, ...booking.guards, ...found.guards, ...seen.guards],
    effects: [...booking.effects, ...found.effects, ...seen.effects],
  }
  return { lines: judged, change }
}
