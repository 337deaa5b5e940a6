import { ledgerTransaction } from '../../ledger/index.ts'
import {
  type BreakRow,
  breaks,
  type Finding,
  moveBreak,
  openBreak,
  putBreak,
  reopenBreak,
  type SuggestedPosting,
} from '../../reconciliation/index.ts'
import type { Change, Effect, Guard, Posting } from '../../records/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { postingOfText } from './posting-text.ts'
import { breakEvent } from './tell.ts'

const COLUMNS = Object.keys(breaks.columns) as (keyof BreakRow)[]

/** Breaks of a source about these things, by what they are about. */
export const breaksAbout = async (
  { storage }: FlowContext,
  source: string,
  abouts: readonly string[],
): Promise<ReadonlyMap<string, BreakRow>> => {
  const asked = { index: 'about', equals: { source }, values: [...new Set(abouts)], columns: COLUMNS } as const
  const rows = await lookUp(storage, breaks, asked)
  return new Map(rows.map((row) => [row.about, row]))
}

/** What opens breaks for findings, and ends those whose cause is gone. */
export const findingsChange = async (
  flow: FlowContext,
  source: string,
  findings: readonly Finding[],
  explained: readonly string[],
): Promise<Change> => {
  const known = await breaksAbout(flow, source, [...findings.map(({ about }) => about), ...explained])
  const guards: Guard[] = []
  const effects: Effect[] = []
  const now = flow.runtime.clock.now()
  for (const finding of findings) {
    const row = known.get(finding.about)
    const next = nextOf(flow, source, finding, row, now)
    if (next === null) continue
    guards.push(putBreak(next))
    effects.push(breakEvent(flow, next, row === undefined ? 'opened' : 'reopened'))
  }
  for (const about of explained) {
    const row = known.get(about)
    if (row === undefined || row.resolution?.how === 'explained') continue
    const change = explain(flow, row)
    guards.push(...change.guards)
    effects.push(...change.effects)
  }
  return { guards, effects }
}

/** What ends breaks of several sources whose cause is gone. */
export const explainAll = async (
  flow: FlowContext,
  abouts: readonly { readonly source: string; readonly about: string }[],
): Promise<Change> => {
  const guards: Guard[] = []
  const effects: Effect[] = []
  for (const [source, mine] of Map.groupBy(abouts, (one) => one.source)) {
    const change = await findingsChange(
      flow,
      source,
      [],
      mine.map(({ about }) => about),
    )
    guards.push(...change.guards)
    effects.push(...change.effects)
  }
  return { guards, effects }
}

/** A break as it is to be written; null where it stands already, or somebody has decided about it. */
const nextOf = (
  { runtime }: FlowContext,
  source: string,
  finding: Finding,
  row: BreakRow | undefined,
  now: number,
): BreakRow | null => {
  if (row === undefined) return openBreak(runtime.ids.make('brk'), source, finding, now)
  return row.state === 'resolved' && row.resolution?.how === 'explained' ? reopenBreak(row, finding, now) : null
}

/** Ends a break that a file, or a later look, has explained; what a person has booked for it goes back. */
export const explain = (flow: FlowContext, row: BreakRow): Change => {
  const now = flow.runtime.clock.now()
  const booked = row.resolution?.posting ?? null
  const resolution = { how: 'explained', by: 'florin', at: now, transaction: null, posting: null } as const
  if (booked === null) {
    const next = moveBreak(row, 'explain', { resolution }, now)
    return { guards: [putBreak(next)], effects: [breakEvent(flow, next, 'resolved')] }
  }
  const posting = postingOfText({ ...booked, debit: booked.credit, credit: booked.debit })
  const { guards, digest, reference } = breakTransaction(row, 'undone', posting, now, booked.why)
  const next = moveBreak(row, 'explain', { resolution: { ...resolution, transaction: reference } }, now)
  return { guards: [...guards, putBreak(next)], effects: [breakEvent(flow, next, 'resolved', digest)] }
}

/** What books a posting for a break: by its reference at most once for each version of it. */
export const breakTransaction = (
  row: Pick<BreakRow, 'id' | 'merchant' | 'version' | 'source'>,
  what: 'resolved' | 'undone',
  posting: Posting,
  now: number,
  why: SuggestedPosting['why'],
): { readonly guards: readonly Guard[]; readonly digest: Uint8Array; readonly reference: string } => {
  const reference = `${row.id}/${what}/${row.version}`
  const made = ledgerTransaction({
    merchant: row.merchant,
    reference,
    subject: row.id,
    type: `break_${what}`,
    postings: [posting],
    metadata: { source: row.source, why },
    effectiveAt: now,
    recordedAt: now,
  })
  return { guards: made.guards, digest: made.digest, reference }
}
