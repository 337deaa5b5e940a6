import { bankAccount, suspense } from '../../ledger/index.ts'
import {
  type BatchPartRow,
  type BatchRow,
  Books,
  type BreakRow,
  bookLine,
  breaks,
  gatewayBatchParts,
  isDispute,
  lateMatches,
  lineOf,
  type OddLineRow,
  oddLines,
  reconciliationSources,
  reversed,
  type SourceRow,
  settlesOf,
  sourceOf,
  type Verdict,
  verdictOn,
} from '../../reconciliation/index.ts'
import { type Change, claim, type Effect, type Guard, type Posting, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { trueUpsOf } from '../fees/true-up-later.ts'
import { loadAccrued } from './accrued.ts'
import { batchesFor, bookBatches, loadWaiting, type WaitingBatch } from './batch-match.ts'
import { setBatch } from './batches.ts'
import { bookingOf, costsOf } from './book.ts'
import { type At, loadCandidates } from './candidates.ts'
import { explain, explainAll } from './findings.ts'
import { tellWhatIsLate } from './late.ts'
import { unseenBatch } from './unseen-batches.ts'

const TRIES = 16

/**
 * Looks at every line again that stood for nothing we knew: what came since, from whichever side, may explain it. Then it is booked where it
 * belongs, what was booked as nobody's goes back, and its break ends by itself. Answers how many that were.
 */
export const lookAgain = async (context: FlowContext): Promise<number> => {
  let explained = 0
  for await (const page of context.storage.scan(breaks, { index: 'open', equals: { open: 'open' } })) {
    for (const row of page) {
      if (row.kind === 'missing_here' && row.line !== null && (await lookAt(context, row))) explained += 1
    }
  }
  return explained
}

/** Looks at one line again; others who do so at the same time, and files that are read meanwhile, go first. */
const lookAt = async (context: FlowContext, start: BreakRow): Promise<boolean> => {
  let row: BreakRow | undefined = start
  for (let tries = 0; tries < TRIES; tries++) {
    if (row === undefined || row.open === null || row.line === null) return false
    const { source: name, line: id } = row
    const [[line], [source]] = await Promise.all([
      context.storage.load(oddLines, [{ source: name, id }]),
      context.storage.load(reconciliationSources, [{ source: name }]),
    ])
    if (line === undefined || source === undefined || line.result !== 'missing_here') return false
    const change = await changeFor(context, row, line, source)
    if (change === null) return false
    const { merchant } = source
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return true
    ;[row] = await context.storage.load(breaks, [{ id: row.id }])
  }
  return false
}

const changeFor = async (
  context: FlowContext,
  row: BreakRow,
  line: OddLineRow,
  source: SourceRow,
): Promise<Change | null> => {
  const at = sourceOf(source.source)
  if (at === null) return null
  const found =
    'bank' in at ? await ofBank(context, at.bank, line, source) : await ofGateway(context, { ...at, source }, line)
  if (found === null) return null
  const booking = bookingOf(context, found.postings, {
    reference: `${row.id}/explained/${row.version}`,
    type: 'reconciliation',
    effectiveAt: line.valueAt,
    metadata: { source: source.source, line: line.id, break: row.id },
  })
  const over = explain(context, row)
  const shown = (found.shown ?? []).map((one) => ({ source: one.source, about: unseenBatch(one) }))
  const seen = await explainAll(context, shown)
  const guards = [...found.guards, ...booking.guards, ...over.guards, ...seen.guards]
  return { guards, effects: [...booking.effects, ...over.effects, ...(found.effects ?? []), ...seen.effects] }
}

interface Explained {
  readonly postings: ReadonlyMap<string, readonly Posting[]>
  readonly guards: readonly Guard[]
  readonly effects?: readonly Effect[]
  /** Batches that the bank has shown by it. */
  readonly shown?: readonly BatchRow[]
}

/** The source as of now: whoever reads a file of it meanwhile has decided without this match. */
const sourceGuard = (context: FlowContext, row: SourceRow, late: number): Guard => {
  const { source, ...set } = row
  const now = context.runtime.clock.now()
  const lateMatches = row.lateMatches + late
  return replace(reconciliationSources, { source }, row.version, {
    ...set,
    lateMatches,
    updatedAt: now,
    version: row.version + 1,
  })
}

const lineGuard = (line: OddLineRow, set: Pick<OddLineRow, 'result' | 'merchant'>): Guard =>
  replace(oddLines, { source: line.source, id: line.id }, line.version, { ...set, version: line.version + 1 })

const ofGateway = async (context: FlowContext, at: At, row: OddLineRow): Promise<Explained | null> => {
  const { source } = at
  const line = lineOf(row)
  let candidates = await loadCandidates(context, at, [line], true)
  if (await tellWhatIsLate(context, at, [line], candidates, source.toleratedDays))
    candidates = await loadCandidates(context, at, [line], true)
  const tolerances = { amount: source.toleratedAmount, days: source.toleratedDays }
  const verdict = verdictOn({ candidates, tolerances }, line, new Set())
  const { about } = verdict
  if (about === null || (verdict.result !== 'matched' && verdict.result !== 'timing')) return null
  const accrued = await loadAccrued(context, at, [line], candidates)
  const before = new Books()
  const booked = { gateway: at.gateway, account: at.account, line: row, batch: row.batch, accrued: 0n } as const
  bookLine(before, row.merchant, { ...booked, result: 'missing_here', ours: null })
  const after = new Books()
  const ours = oursOf(line.kind, verdict)
  const cost = line.kind === 'capture' ? (accrued.byAttempt.get(about.id) ?? 0n) : 0n
  bookLine(after, about.merchant, {
    ...booked,
    result: verdict.result,
    ours,
    accrued: cost,
  })
  const postings = joined(before.postings(), after.postings())
  const settles = settlesOf(line, about.id)
  const now = context.runtime.clock.now()
  const guards = [
    sourceGuard(context, source, 1),
    claim(lateMatches, { source: source.source, settles, line: row.id, at: now }),
    lineGuard(row, { result: verdict.result, merchant: about.merchant }),
    ...(await moveParts(context, row, about.merchant)),
    ...costsOf(at, postings, accrued.settled),
  ]
  return { postings, guards, effects: await trueUpsOf(context, [{ line: row, settles, merchant: about.merchant }]) }
}

const oursOf = (kind: OddLineRow['kind'], { about }: Verdict): { amount: bigint; currency: string } | null => {
  if (about === null || isDispute(kind)) return null
  const amount = about.applied ?? about.amount
  return { amount: kind === 'refund' || kind === 'capture_undone' ? -amount : amount, currency: about.currency }
}

/** What was booked first, taken back, and what is to be booked instead; in one merchant's books they are one transaction. */
const joined = (
  before: ReadonlyMap<string, readonly Posting[]>,
  after: ReadonlyMap<string, readonly Posting[]>,
): ReadonlyMap<string, readonly Posting[]> => {
  const books = new Books()
  const add = (merchant: string, postings: readonly Posting[]): void => {
    for (const { debit, credit, amount, currency } of postings) books.move(merchant, debit, credit, amount, currency)
  }
  for (const [merchant, postings] of before) add(merchant, reversed(postings))
  for (const [merchant, postings] of after) add(merchant, postings)
  return books.postings()
}

/** A line's part of its batch goes over to whose it is. */
const moveParts = async ({ storage }: FlowContext, row: OddLineRow, to: string): Promise<readonly Guard[]> => {
  const { source, batch, currency, merchant: from, net } = row
  if (batch === null || from === to) return []
  const key = { source, batch, currency }
  const [old, next] = await storage.load(gatewayBatchParts, [
    { ...key, merchant: from },
    { ...key, merchant: to },
  ])
  const set = (part: BatchPartRow | undefined, merchant: string, change: bigint): Guard =>
    part === undefined
      ? claim(gatewayBatchParts, { ...key, merchant, net: change, version: 1 })
      : replace(gatewayBatchParts, { ...key, merchant }, part.version, {
          net: part.net + change,
          version: part.version + 1,
        })
  return [set(old, from, -net), set(next, to, net)]
}

/** A line of a bank that shows batches which we know of by now, to the minor unit or within the tolerance. */
const ofBank = async (
  context: FlowContext,
  bank: string,
  row: OddLineRow,
  source: SourceRow,
): Promise<Explained | null> => {
  const line = lineOf(row)
  const waiting = await loadWaiting(context, [line], source.toleratedDays)
  const shown = batchesFor(line, waiting, new Set<BatchRow>(), source.toleratedAmount)
  const total = shown.reduce((sum, one: WaitingBatch) => sum + one.row.net + one.row.remainder, 0n)
  if (shown.length === 0 || total !== row.net) return null
  const before = new Books()
  before.move(row.merchant, bankAccount(bank, row.currency), suspense(row.currency), row.net, row.currency)
  const after = new Books()
  await bookBatches(context, after, bank, shown)
  const guards = [
    sourceGuard(context, source, 0),
    lineGuard(row, { result: 'matched', merchant: row.merchant }),
    ...shown.map((one) => setBatch(one.row, { waiting: null, bank: source.source, bankLine: row.id })),
  ]
  return { postings: joined(before.postings(), after.postings()), guards, shown: shown.map(({ row }) => row) }
}
