import { FlorinError, idFloor } from '../../kernel/index.ts'
import {
  COUNTED_AS,
  decideChunk,
  isOdd,
  type JudgedLine,
  oddLineRow,
  oddLines,
  partLines,
  type RunCounts,
  type RunRow,
  type RunSums,
  reconciliationRuns,
  reconciliationSources,
  type SourceRow,
  statementLines,
  statementParts,
} from '../../reconciliation/index.ts'
import { append, type Change, claim, type Effect, type Guard, replace } from '../../records/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { trueUpsOf } from '../fees/true-up-later.ts'
import { loadAccrued } from './accrued.ts'
import { bankChunk } from './bank.ts'
import { batchGuards, loadBatches } from './batches.ts'
import { bookingOf, costsOf } from './book.ts'
import { type At, loadCandidates } from './candidates.ts'
import { findingsChange } from './findings.ts'
import { tellWhatIsLate } from './late.ts'
import type { DecidedPart, Part } from './part.ts'
import type { IngestRequest } from './request.ts'
import { bookShown } from './shown-batches.ts'

/** What reading a file goes by. */
export interface Reading {
  readonly context: FlowContext
  readonly request: IngestRequest
  readonly source: string
  readonly run: RunRow['id']
}

/** What became of a part. `place` is where the run stands now, whoever brought it there. */
export interface PartDone {
  readonly place: number
  /** Whether lines turned out to be known: then later parts had better ask at once. */
  readonly careful: boolean
}

const TRIES = 64

/**
 * Commits one part of a file, once. Whoever reads the same source at the same time loses its version and decides anew, by what is there
 * then; a part that another server has committed already is passed over.
 */
export const commitPart = async (reading: Reading, part: Part, startCareful: boolean): Promise<PartDone> => {
  const { context } = reading
  let careful = startCareful
  for (let tries = 0; tries < TRIES; tries++) {
    const { run, source } = await loadPlace(reading)
    if (run.state !== 'running' || run.place >= part.to) return { place: run.place, careful: true }
    if (run.place !== part.from) {
      throw new FlorinError(
        'conflict',
        `run ${run.id} is read by others too, in other parts: nothing is lost, ingest the file again`,
      )
    }
    const fresh = await freshLines(context, source, part.lines, careful)
    const decided =
      'bank' in reading.request.source
        ? await bankChunk(context, reading.request.source.bank, source, run, fresh)
        : await gatewayChunk(reading, source, run, fresh, careful)
    const change = withPlace(reading, { run, source, part, fresh, decided })
    const outcome = await context.committer.commit(change, { lane: 'recovery', merchant: source.merchant })
    if (outcome.committed) return { place: part.to, careful: careful || fresh.length < part.lines.length }
    if (outcome.conflict === 'duplicate') careful = true
  }
  throw new FlorinError(
    'conflict',
    `others read files of ${reading.source} all the time: nothing is lost, ingest the file again`,
  )
}

const loadPlace = async ({ context, run, source }: Reading): Promise<{ run: RunRow; source: SourceRow }> => {
  const [[runRow], [sourceRow]] = await Promise.all([
    context.storage.load(reconciliationRuns, [{ id: run }]),
    context.storage.load(reconciliationSources, [{ source }]),
  ])
  if (runRow !== undefined && sourceRow !== undefined) return { run: runRow, source: sourceRow }
  throw new FlorinError('internal', `run ${run} of ${source} is not there`)
}

/**
 * The lines that nobody has read before, each once. A line keeps its id and its instant: one that is newer than all there are cannot be
 * known, so files in the order of time ask for nothing, and if a source should break that, the database refuses the chunk and we ask.
 */
const freshLines = async (
  { storage }: FlowContext,
  { source, coveredUntil }: SourceRow,
  lines: readonly StatementLine[],
  careful: boolean,
): Promise<readonly StatementLine[]> => {
  const asked = careful ? lines : lines.filter(({ occurredAt }) => coveredUntil !== null && occurredAt <= coveredUntil)
  const values = [...new Set(asked.map(({ id }) => id))]
  const known = await lookUp(storage, statementLines, { index: 'key', equals: { source }, values, columns: ['id'] })
  const seen = new Set(known.map(({ id }) => id))
  return lines.filter(({ id }) => !seen.has(id) && seen.add(id))
}

const gatewayChunk = async (
  { context, request }: Reading,
  source: SourceRow,
  run: RunRow,
  lines: readonly StatementLine[],
  careful: boolean,
): Promise<DecidedPart> => {
  if ('bank' in request.source || lines.length === 0) return { lines: [], change: { guards: [], effects: [] } }
  const at: At = { ...request.source, source }
  let candidates = await loadCandidates(context, at, lines, careful)
  if (await tellWhatIsLate(context, at, lines, candidates, source.toleratedDays))
    candidates = await loadCandidates(context, at, lines, careful)
  const accrued = await loadAccrued(context, at, lines, candidates)
  const {
    lines: judged,
    books,
    batches,
    findings,
  } = decideChunk({
    source: source.source,
    gateway: at.gateway,
    account: at.account,
    merchant: source.merchant,
    tolerances: { amount: source.toleratedAmount, days: source.toleratedDays },
    lines,
    candidates,
    accrued: accrued.byAttempt,
  })
  const rows = await loadBatches(context, source.source, batches)
  const shown = bookShown(at, books, batches, rows)
  const postings = books.postings()
  const first = lines[0]?.line ?? 0
  const booking = bookingOf(context, postings, {
    reference: `${run.id}/${first}`,
    type: 'reconciliation',
    effectiveAt: lines.reduce((newest, { valueAt }) => Math.max(newest, valueAt), 0),
    metadata: { source: source.source, lines: `${first}-${lines.at(-1)?.line ?? first}`, count: String(lines.length) },
  })
  const found = await findingsChange(
    context,
    source.source,
    [...findings, ...shown.findings],
    [...explainedBy(judged, source), ...shown.explained],
  )
  const guards = [
    ...(await batchGuards(context, source.source, batches, { rows, remainders: shown.remainders })),
    ...costsOf(at, postings, accrued.settled),
    ...booking.guards,
    ...found.guards,
  ]
  const trueUps = await trueUpsOf(context, judged) // what captures cost is known now, and their merchants' fees may go by it
  return { lines: judged, change: { guards, effects: [...booking.effects, ...found.effects, ...trueUps] } }
}

/** Which of those that were missed there have a line now: only what is older than the last look can have been missed. */
const explainedBy = (lines: readonly JudgedLine[], { sweptUntil }: SourceRow): readonly string[] => {
  const latest = idFloor('att', (sweptUntil ?? 0) + 1) // ids sort by the time of their making
  return lines
    .filter(({ result, settles }) => result !== 'booked' && settles.startsWith('att_') && settles < latest)
    .map(({ settles }) => settles)
}

interface Placed {
  readonly run: RunRow
  readonly source: SourceRow
  readonly part: Part
  readonly fresh: readonly StatementLine[]
  readonly decided: DecidedPart
}

/** The whole change: the lines, what follows from them, and how far the file and the source have come. */
const withPlace = ({ context }: Reading, { run, source, part, fresh, decided }: Placed): Change => {
  const now = context.runtime.clock.now()
  const { id, source: _, digest: __, format: ___, bytes: ____, startedAt: _____, ...runSet } = run
  const { source: name, ...sourceSet } = source
  const newest = fresh.reduce((at, { occurredAt }) => Math.max(at, occurredAt), source.coveredUntil ?? 0)
  const oldest = fresh.reduce((at, { occurredAt }) => Math.min(at, occurredAt), Number.MAX_SAFE_INTEGER)
  const kept = keep(name, source.version, id, decided.lines)
  const guards: Guard[] = [
    replace(reconciliationSources, { source: name }, source.version, {
      ...sourceSet,
      coveredUntil: fresh.length === 0 ? source.coveredUntil : newest,
      sweptUntil: source.sweptUntil ?? (fresh.length === 0 ? null : oldest),
      updatedAt: now,
      version: source.version + 1,
    }),
    replace(reconciliationRuns, { id }, run.version, {
      ...runSet,
      place: part.to,
      counts: countsAfter(run.counts, part, decided.lines),
      sums: sumsAfter(run.sums, part),
      malformed: [...run.malformed, ...part.malformed.map(({ line, why }) => ({ line, why }))].slice(0, MOST_MALFORMED),
      updatedAt: now,
      version: run.version + 1,
    }),
    ...kept.guards,
    ...decided.change.guards,
  ]
  return { guards, effects: [...kept.effects, ...decided.change.effects] }
}

/** The lines for ever: each by its names, what they say as a part, and one by one those that somebody may have to look at. */
const keep = (source: string, part: number, run: RunRow['id'], lines: readonly JudgedLine[]): Change => {
  if (lines.length === 0) return { guards: [], effects: [] }
  const guards = lines.map(({ line, settles }) => claim(statementLines, { source, id: line.id, settles, part }))
  const effects: Effect[] = [append(statementParts, { source, part, run, lines: partLines(lines) })]
  for (const one of lines) if (isOdd(one.result)) effects.push(append(oddLines, oddLineRow(source, one)))
  return { guards, effects }
}

const MOST_MALFORMED = 100

const countsAfter = (counts: RunCounts, part: Part, lines: readonly JudgedLine[]): RunCounts => {
  const after: { -readonly [N in keyof RunCounts]: number } = { ...counts }
  for (const { result } of lines) after[COUNTED_AS[result]] += 1
  after.known += part.lines.length - lines.length
  after.malformed += part.malformed.length
  return after
}

const sumsAfter = (sums: RunSums, part: Part): RunSums => {
  const lines: Record<string, string> = { ...sums.lines }
  const add = new Map<string, bigint>()
  for (const { currency, net } of part.lines) add.set(currency, (add.get(currency) ?? 0n) + net)
  for (const [currency, net] of add) lines[currency] = (BigInt(lines[currency] ?? '0') + net).toString()
  const stated = { opening: { ...sums.opening }, closing: { ...sums.closing } }
  for (const { at, account, currency, amount } of part.balances) {
    const name = `${account} ${currency}`
    if (at === 'closing') stated.closing[name] = amount.toString()
    else stated.opening[name] ??= amount.toString()
  }
  return { lines, ...stated }
}
