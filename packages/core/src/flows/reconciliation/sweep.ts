import { idFloor, idTime } from '../../kernel/index.ts'
import { receivable, suspense } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import { type AttemptRow, attempts } from '../../payments/index.ts'
import {
  amountOf,
  type Finding,
  lateMatches,
  reconciliationSources,
  type SourceRow,
  sourceOf,
  statementLines,
  suggested,
} from '../../reconciliation/index.ts'
import { replace } from '../../records/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { findingsChange } from './findings.ts'
import { sweepBatches } from './unseen-batches.ts'

const DAY_MS = 86_400_000
const TRIES = 16
const PAGE = 1_000

/** What a look for missing lines found: captures and refunds in no gateway's file, payouts of gateways in no bank's. */
export interface SweepReport {
  /** Captures and refunds of ours that were looked for. */
  readonly checked: number
  /** Breaks for those of them that no line has, and for payouts that no bank has shown. */
  readonly missing: number
}

/**
 * Looks for what is ours and in no file, in every gateway account whose files are read: of the time that files cover, once it is so many days
 * past that a file should have it. Attempts and lines are read side by side, a thousand at a time; each stretch is looked at once.
 */
export const sweepMissing = async (context: FlowContext): Promise<SweepReport> => {
  let checked = 0
  let missing = 0
  const covered = await coveredByBanks(context)
  for await (const page of context.storage.scan(reconciliationSources, { index: 'key', equals: {} })) {
    for (const row of page) {
      const report = await sweepSource(context, row)
      checked += report.checked
      missing += report.missing
      if ('gateway' in (sourceOf(row.source) ?? {})) missing += await sweepBatches(context, row, covered)
    }
  }
  return { checked, missing }
}

/** How far the files of the bank that is furthest reach: 0 where none is read, so that nothing is missed there. */
const coveredByBanks = async ({ storage }: FlowContext): Promise<number> => {
  let covered = 0
  for await (const page of storage.scan(reconciliationSources, { index: 'key', equals: {} })) {
    for (const { source, coveredUntil } of page) {
      const at = sourceOf(source)
      if (at !== null && 'bank' in at) covered = Math.max(covered, coveredUntil ?? 0)
    }
  }
  return covered
}

const sweepSource = async (context: FlowContext, start: SourceRow): Promise<SweepReport> => {
  const report = { checked: 0, missing: 0 }
  let row: SourceRow | undefined = start
  for (let tries = 0; tries < TRIES && row !== undefined; ) {
    const page: Stretch | null = await stretchOf(context, row)
    if (page === null) break
    const { storage, committer } = context
    const { findings, until } = page
    const change = await findingsChange(context, row.source, findings, [])
    const { source, ...set }: SourceRow = row
    const now = context.runtime.clock.now()
    const swept = { ...set, sweptUntil: until, updatedAt: now, version: row.version + 1 }
    // A file that is read at this moment may have a line for these: then the source has moved on, and they are looked at again.
    const guards = [replace(reconciliationSources, { source }, row.version, swept), ...change.guards]
    const outcome = await committer.commit(
      { guards, effects: change.effects },
      { lane: 'recovery', merchant: row.merchant },
    )
    if (outcome.committed) {
      report.checked += page.checked
      report.missing += findings.length
    } else tries += 1
    ;[row] = await storage.load(reconciliationSources, [{ source }])
  }
  return report
}

interface Stretch {
  readonly checked: number
  readonly findings: readonly Finding[]
  readonly until: number
}

/** The next stretch of time that is due; null where none is. */
const stretchOf = async (context: FlowContext, row: SourceRow): Promise<Stretch | null> => {
  const at = sourceOf(row.source)
  if (at === null || 'bank' in at || row.sweptUntil === null || row.coveredUntil === null) return null
  const due = Math.min(row.coveredUntil, context.runtime.clock.now() - row.closesAfterDays * DAY_MS)
  if (row.sweptUntil >= due) return null
  const range = { from: idFloor('att', row.sweptUntil), to: idFloor('att', due) }
  const page = await context.storage.find(attempts, { index: 'id', equals: {}, ...range, limit: PAGE })
  const last = page.rows.at(-1)
  // Attempts of one millisecond stay together: the next stretch begins with it again, and finds what it found.
  const until = page.next === undefined || last === undefined ? due : Math.max(idTime(last.id), row.sweptUntil + 1)
  const ours = page.rows.filter((one) => isDue(one, at))
  const findings = (await withoutLine(context, row.source, ours)).map((one) => missingThere(row.source, one))
  return { checked: ours.length, findings, until }
}

const MOVES: ReadonlySet<AttemptRow['kind']> = new Set(['sale', 'capture', 'refund'])

/** Money that a file should have. */
export const isMoved = (one: AttemptRow): boolean => MOVES.has(one.kind) && one.state === 'applied'

const isDue = (one: AttemptRow, { gateway, account }: { gateway: string; account: string }): boolean =>
  one.gateway === gateway && one.account === account && isMoved(one)

/** Those of ours that no line of the source has. */
export const withoutLine = async (
  { storage }: FlowContext,
  source: string,
  ours: readonly AttemptRow[],
): Promise<readonly AttemptRow[]> => {
  const asked = { equals: { source }, values: ours.map(({ id }) => `${id}/done`), columns: ['settles'] } as const
  const [lines, late] = await Promise.all([
    lookUp(storage, statementLines, { index: 'settles', ...asked }),
    lookUp(storage, lateMatches, { index: 'key', ...asked }),
  ])
  const known = new Set([...lines, ...late].map(({ settles }) => settles))
  return ours.filter(({ id }) => !known.has(`${id}/done`))
}

/** What is found about one of ours that is in no file. */
export const missingThere = (source: string, one: AttemptRow): Finding => {
  const { id, merchant, payment, gateway, account, currency, kind } = one
  const amount = amountOf(one)
  const owed = receivable(gateway, account, currency)
  const nobodys = suspense(currency)
  const [debit, credit] = kind === 'refund' ? [owed, nobodys] : [nobodys, owed]
  const posting = { debit, credit, amount, currency, phase: 'posted' as const }
  return {
    about: `${id}/done`,
    kind: 'missing_there',
    merchant,
    currency,
    ours: kind === 'refund' ? -amount : amount,
    theirs: null,
    line: null,
    attempt: id,
    payment,
    why: `${kind} ${id} of ${formatAmount(amount, currency)} ${currency} is in no file of ${source}: ask the gateway, or read the file that has it`,
    suggestion: suggested(posting, 'until the gateway says what became of it'),
  }
}
