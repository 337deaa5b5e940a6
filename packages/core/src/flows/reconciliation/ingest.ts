import { digester, FlorinError, isFlorinError, maskPans, step } from '../../kernel/index.ts'
import {
  NO_COUNTS,
  RUN,
  type RunRow,
  type RunState,
  reconciliationRuns,
  reconciliationSources,
  type SourceRow,
  sourceName,
} from '../../reconciliation/index.ts'
import { claim, replace } from '../../records/index.ts'
import type { MalformedLine, StatementBalance, StatementItem, StatementLine } from '../../statements/index.ts'
import type { FlowContext } from '../context.ts'
import { commitPart, type Reading } from './chunk.ts'
import { finishRun } from './finish.ts'
import type { Part } from './part.ts'
import type { IngestRequest } from './request.ts'
import { counted, type Survey, survey } from './survey.ts'
import { runEvent } from './tell.ts'
import { type RunView, runView } from './view.ts'

/** A gateway's lines are exact, and two days late over a weekend; a bank's come later still. */
const DEFAULT_DAYS = { gateway: 3, bank: 7 } as const
/** Providers settle a capture within two banking days; three more for a weekend and a late file. */
const DEFAULT_CLOSES_AFTER_DAYS = 5
const TRIES = 64

/**
 * Reads a file into the books: each line once, whatever happens. What a crash, or a failure of the reader, leaves half read goes on where it
 * was when the same file comes again; a file that was read whole changes nothing.
 */
export const ingest = async (context: FlowContext, request: IngestRequest): Promise<RunView> => {
  const file = await survey(request)
  const source = sourceName(request.source)
  await ensureSource(context, request, source)
  const run = await openRun(context, request, source, file)
  if (run.state === 'completed') return runView(run)
  const reading: Reading = { context, request, source, run: run.id }
  try {
    await readAll(reading, run.place, file)
  } catch (error) {
    await endRun(context, run.id, 'fail', textOf(error))
    throw error
  }
  await finishRun(context, source, run.id, 'bank' in request.source)
  return runView(await endRun(context, run.id, 'complete', null))
}

const textOf = (error: unknown): string =>
  isFlorinError(error) ? maskPans(error.message).slice(0, 500) : error instanceof Error ? error.name : typeof error

/** The source's row, with what the caller says of it. */
const ensureSource = async (context: FlowContext, request: IngestRequest, source: string): Promise<void> => {
  const now = context.runtime.clock.now()
  const { merchant, tolerances } = request
  for (let tries = 0; tries < TRIES; tries++) {
    const [row] = await context.storage.load(reconciliationSources, [{ source }])
    const days = 'bank' in request.source ? DEFAULT_DAYS.bank : DEFAULT_DAYS.gateway
    const toleratedAmount = tolerances.amount ?? row?.toleratedAmount ?? 0n
    const toleratedDays = tolerances.days ?? row?.toleratedDays ?? days
    const closesAfterDays = tolerances.closesAfterDays ?? row?.closesAfterDays ?? DEFAULT_CLOSES_AFTER_DAYS
    const told = { merchant, toleratedAmount, toleratedDays, closesAfterDays }
    if (row !== undefined && isSame(row, told)) return
    const fresh = { coveredUntil: null, sweptUntil: null, lateMatches: 0, updatedAt: now, version: 1 }
    const guard =
      row === undefined
        ? claim(reconciliationSources, { source, ...told, ...fresh })
        : replace(reconciliationSources, { source }, row.version, {
            ...withoutKey(row),
            ...told,
            updatedAt: now,
            version: row.version + 1,
          })
    const change = { guards: [guard], effects: [] }
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return
  }
  throw busy(source)
}

const withoutKey = ({ source: _, ...rest }: SourceRow): Omit<SourceRow, 'source'> => rest

type Told = Pick<SourceRow, 'merchant' | 'toleratedAmount' | 'toleratedDays' | 'closesAfterDays'>

const isSame = (row: SourceRow, told: Told): boolean =>
  row.merchant === told.merchant &&
  row.toleratedAmount === told.toleratedAmount &&
  row.toleratedDays === told.toleratedDays &&
  row.closesAfterDays === told.closesAfterDays

const busy = (source: string): FlorinError =>
  new FlorinError('conflict', `others read files of ${source} all the time: nothing is lost, ingest the file again`)

/** The run of this very file: a new one, or the one that there is, going on. */
const openRun = async (
  context: FlowContext,
  { reader, merchant }: IngestRequest,
  source: string,
  { digest, bytes }: Survey,
): Promise<RunRow> => {
  const { storage, runtime, committer } = context
  for (let tries = 0; tries < TRIES; tries++) {
    const now = runtime.clock.now()
    const { rows } = await storage.find(reconciliationRuns, { index: 'digest', equals: { source, digest }, limit: 1 })
    const [known] = rows
    if (known !== undefined && known.state !== 'failed') return known
    const told = known === undefined ? 1 : known.told + 1
    const run: RunRow =
      known === undefined
        ? {
            ...freshRun(source, reader.format),
            id: runtime.ids.make('rcn'),
            digest,
            bytes,
            startedAt: now,
            updatedAt: now,
          }
        : {
            ...known,
            state: moved(known, 'resume'),
            failure: null,
            endedAt: null,
            told,
            updatedAt: now,
            version: known.version + 1,
          }
    const guards = [known === undefined ? claim(reconciliationRuns, run) : put(run)]
    const effects = [runEvent(context, merchant, run, known === undefined ? 'started' : 'resumed')]
    if ((await committer.commit({ guards, effects }, { lane: 'recovery', merchant })).committed) return run
  }
  throw busy(source)
}

const freshRun = (source: string, format: string) => ({
  source,
  format,
  state: 'running' as const,
  place: 0,
  counts: NO_COUNTS,
  sums: { lines: {}, opening: {}, closing: {} },
  malformed: [],
  failure: null,
  endedAt: null,
  told: 1,
  version: 1,
})

const moved = (run: RunRow, event: 'complete' | 'fail' | 'resume'): RunState =>
  step<RunState, 'complete' | 'fail' | 'resume'>(RUN, run.state, event)

const put = (run: RunRow) => {
  const { id, source, digest, format, bytes, startedAt, ...set } = run
  return replace(reconciliationRuns, { id }, run.version - 1, set)
}

/** Ends a run, unless somebody else has. */
const endRun = async (
  context: FlowContext,
  id: RunRow['id'],
  event: 'complete' | 'fail',
  failure: string | null,
): Promise<RunRow> => {
  const { storage, runtime, committer } = context
  for (let tries = 0; tries < TRIES; tries++) {
    const [row] = await storage.load(reconciliationRuns, [{ id }])
    if (row === undefined) throw new FlorinError('internal', `run ${id} is not there`)
    if (row.state !== 'running') return row
    const now = runtime.clock.now()
    const state = moved(row, event)
    const run: RunRow = {
      ...row,
      state,
      failure,
      endedAt: now,
      told: row.told + 1,
      updatedAt: now,
      version: row.version + 1,
    }
    const [source] = await storage.load(reconciliationSources, [{ source: row.source }])
    const merchant = source?.merchant ?? ''
    const effects = [runEvent(context, merchant, run, state)]
    if ((await committer.commit({ guards: [put(run)], effects }, { lane: 'recovery', merchant })).committed) return run
  }
  throw busy(id)
}

const CHUNK = 1_000 // lines that are decided and committed together

/** Reads the lines from `place` on, part by part. */
const readAll = async (reading: Reading, start: number, file: Survey): Promise<void> => {
  const { request } = reading
  const digest = digester()
  let bytesRead = 0
  const parts = counted(request.open(), (bytes) => {
    digest.add(bytes)
    bytesRead += bytes.byteLength
  })
  const gatherer = new Gatherer(start)
  let careful = start > 0
  const commit = async (part: Part): Promise<void> => {
    const done = await commitPart(reading, part, careful)
    careful = done.careful
    gatherer.skipTo(done.place)
    const malformed = part.malformed.map(({ line, why }) => ({ line, why: maskPans(why) }))
    request.onProgress?.({ run: reading.run, place: done.place, bytesRead, bytes: file.bytes, malformed })
  }
  for await (const items of request.reader.read(parts)) {
    for (const item of items) {
      gatherer.add(item)
      if (gatherer.size >= CHUNK) await commit(gatherer.take())
    }
  }
  if (gatherer.size > 0) await commit(gatherer.take())
  if (bytesRead === file.bytes && digest.hex() === file.digest) return
  throw new FlorinError(
    'invalid_request',
    'bytes: the file changed while it was read: give one that nobody writes to',
    {
      details: { path: 'bytes' },
    },
  )
}

/** Gathers the items of a part, and passes over those that are done with. */
class Gatherer {
  #at = 0
  #place: number
  #from: number
  #lines: StatementLine[] = []
  #balances: StatementBalance[] = []
  #malformed: MalformedLine[] = []

  constructor(place: number) {
    this.#place = place
    this.#from = place
  }

  get size(): number {
    return this.#lines.length + this.#balances.length + this.#malformed.length
  }

  add(item: StatementItem): void {
    const at = this.#at++
    if (at < this.#place) return
    if (item.is === 'line') this.#lines.push(item)
    else if (item.is === 'balance') this.#balances.push(item)
    else this.#malformed.push({ ...item, why: maskPans(item.why).slice(0, MOST_WHY) })
  }

  /** Items before `place` are done with: by us, or by another server that reads the same file. */
  skipTo(place: number): void {
    this.#place = Math.max(this.#place, place)
    this.#from = this.#place
  }

  take(): Part {
    const part = {
      from: this.#from,
      to: this.#at,
      lines: this.#lines,
      balances: this.#balances,
      malformed: this.#malformed,
    }
    this.#lines = []
    this.#balances = []
    this.#malformed = []
    return part
  }
}

const MOST_WHY = 300
