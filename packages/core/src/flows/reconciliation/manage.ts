import { FlorinError } from '../../kernel/index.ts'
import { gatewayCosts, gatewayTransit, receivable, suspense } from '../../ledger/index.ts'
import {
  type BreakKind,
  type BreakRow,
  type BreakState,
  breaks,
  moveBreak,
  putBreak,
  type Resolution,
  type RunRow,
  reconciliationRuns,
  type SuggestedPosting,
  sourceOf,
} from '../../reconciliation/index.ts'
import type { Guard } from '../../records/index.ts'
import type { Page } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import type { PageView } from '../payments/read.ts'
import { breakTransaction } from './findings.ts'
import { postingOfText } from './posting-text.ts'
import { breakEvent } from './tell.ts'
import { type BreakView, breakView, type RunView, runView } from './view.ts'

/** Which runs to list. */
export interface RunQuery {
  readonly source: string | null
  readonly limit: number
  readonly after: string | null
}

/** Runs, the newest first; of one source, or in the order of their ids. */
export const listRuns = async ({ storage }: FlowContext, query: RunQuery): Promise<PageView<RunView>> => {
  const { source, limit, after } = query
  const keyset = { limit, descending: true, ...(after === null ? {} : { after }) }
  const page: Page<RunRow> = await (source === null
    ? storage.find(reconciliationRuns, { index: 'key', equals: {}, ...keyset })
    : storage.find(reconciliationRuns, { index: 'place', equals: { source }, ...keyset }))
  return { object: 'list', data: page.rows.map(runView), ...(page.next === undefined ? {} : { next: page.next }) }
}

/** One run. */
export const getRun = async ({ storage }: FlowContext, id: string): Promise<RunView> => {
  const [row] = await storage.load(reconciliationRuns, [{ id: id as RunRow['id'] }])
  if (row === undefined) throw new FlorinError('not_found', `there is no reconciliation run ${id.slice(0, 40)}`)
  return runView(row)
}

/** Which breaks to list: what is open (assigned or not) unless a state is named. */
export interface BreakQuery {
  readonly state: BreakState | null
  readonly kind: BreakKind | null
  readonly source: string | null
  readonly owner: string | null
  readonly limit: number
  readonly after: string | null
}

const MOST_PASSED = 20 // pages that are looked through for one page of what fits

/** Breaks, the oldest first. A page may have fewer than asked for and still a next one, where most do not fit. */
export const listBreaks = async (context: FlowContext, query: BreakQuery): Promise<PageView<BreakView>> => {
  const { limit } = query
  const data: BreakView[] = []
  let { after } = query
  for (let passed = 0; passed < MOST_PASSED && data.length < limit; passed++) {
    const page = await pageOf(context, query, limit - data.length, after)
    data.push(...page.rows.filter((row) => fits(row, query)).map(breakView))
    after = page.next ?? null
    if (after === null) break
  }
  return { object: 'list', data, ...(after === null ? {} : { next: after }) }
}

const pageOf = (
  { storage }: FlowContext,
  { state, source, owner }: BreakQuery,
  limit: number,
  after: string | null,
): Promise<Page<BreakRow>> => {
  const keyset = { limit, ...(after === null ? {} : { after }) }
  if (owner !== null) return storage.find(breaks, { index: 'owner', equals: { owner }, ...keyset })
  if (source !== null) return storage.find(breaks, { index: 'source', equals: { source }, ...keyset })
  if (state === null || state === 'open' || state === 'assigned')
    return storage.find(breaks, { index: 'open', equals: { open: 'open' }, ...keyset })
  return storage.find(breaks, { index: 'key', equals: {}, ...keyset })
}

const fits = (row: BreakRow, { state, kind, source, owner }: BreakQuery): boolean =>
  (state === null ? row.open !== null : row.state === state) &&
  (kind === null || row.kind === kind) &&
  (source === null || row.source === source) &&
  (owner === null || row.owner === owner)

const rowOf = async ({ storage }: FlowContext, id: string): Promise<BreakRow> => {
  const [row] = await storage.load(breaks, [{ id: id as BreakRow['id'] }])
  if (row === undefined) throw new FlorinError('not_found', `there is no break ${id.slice(0, 40)}`)
  return row
}

/** One break, with the note of who decided. */
export const getBreak = async (context: FlowContext, id: string): Promise<BreakView & { readonly note?: string }> => {
  const row = await rowOf(context, id)
  const view = breakView(row)
  return row.note === null ? view : { ...view, note: await context.sealer.open<string>(notePlace(row), row.note) }
}

const notePlace = ({ merchant, id }: Pick<BreakRow, 'merchant' | 'id'>) => ({
  table: 'breaks',
  column: 'note',
  merchant,
  key: id,
})

/** What a person does about a break. */
export type BreakAct =
  | { readonly act: 'assign'; readonly owner: string }
  | { readonly act: 'release' }
  | { readonly act: 'reopen' }
  | { readonly act: 'ignore'; readonly by: string; readonly note: string }
  | {
      readonly act: 'resolve'
      readonly by: string
      readonly note: string
      readonly how: 'post' | 'suspense' | 'write_off'
      /** For `post`: what to book in place of the suggestion. */
      readonly posting: Omit<SuggestedPosting, 'why'> | null
    }

const TRIES = 16
const STATES: Readonly<Record<BreakAct['act'], readonly BreakState[]>> = {
  assign: ['open', 'assigned'],
  release: ['assigned'],
  ignore: ['open', 'assigned'],
  resolve: ['open', 'assigned'],
  reopen: ['ignored'],
}
const TOLD: Readonly<Record<BreakAct['act'], string>> = {
  assign: 'assigned',
  release: 'released',
  ignore: 'ignored',
  resolve: 'resolved',
  reopen: 'reopened',
}

/**
 * Carries out what a person decided, in one commit with what it books and the event that says who did. Of two who decide at once one is
 * refused; who repeats what was done, by the same person, is shown it.
 */
export const actOnBreak = async (context: FlowContext, id: string, act: BreakAct): Promise<BreakView> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await rowOf(context, id)
    if (isDone(row, act)) return breakView(row)
    if (!STATES[act.act].includes(row.state)) {
      throw new FlorinError(
        'invalid_state',
        `break ${id} is ${row.state}: '${act.act}' is for one that is ${STATES[act.act].join(' or ')}`,
        {
          details: { break: id, state: row.state },
        },
      )
    }
    await context.sealer.ready(row.merchant)
    const { next, guards, ledger } = decide(context, row, act)
    const change = { guards: [putBreak(next), ...guards], effects: [breakEvent(context, next, TOLD[act.act], ledger)] }
    const { merchant } = row
    if ((await context.committer.commit(change, { lane: 'recovery', merchant })).committed) return breakView(next)
  }
  throw new FlorinError('conflict', `break ${id} is being changed by others all the time: nothing happened, try again`)
}

/** Whether this very act is what was done last. */
const isDone = (row: BreakRow, act: BreakAct): boolean => {
  if (act.act === 'assign') return row.state === 'assigned' && row.owner === act.owner
  if (act.act === 'ignore') return row.state === 'ignored' && row.resolution?.by === act.by
  if (act.act !== 'resolve' || row.state !== 'resolved' || row.resolution === null) return false
  const { how, by, posting } = row.resolution
  const meant = act.how === 'post' && act.posting !== null ? act.posting : null
  return (
    how === HOW[act.how] && by === act.by && (meant === null || (posting !== null && isSamePosting(posting, meant)))
  )
}

const isSamePosting = (one: Omit<SuggestedPosting, 'why'>, other: Omit<SuggestedPosting, 'why'>): boolean =>
  one.debit === other.debit &&
  one.credit === other.credit &&
  one.amount === other.amount &&
  one.currency === other.currency

const HOW = { post: 'posted', suspense: 'suspense', write_off: 'written_off' } as const

interface Decided {
  readonly next: BreakRow
  readonly guards: readonly Guard[]
  readonly ledger: Uint8Array | null
}

const decide = (context: FlowContext, row: BreakRow, act: BreakAct): Decided => {
  const now = context.runtime.clock.now()
  if (act.act === 'assign')
    return { next: moveBreak(row, 'assign', { owner: act.owner }, now), guards: [], ledger: null }
  if (act.act === 'release' || act.act === 'reopen') {
    const set = { owner: null, resolution: null, note: null }
    return { next: moveBreak(row, act.act, set, now), guards: [], ledger: null }
  }
  const note = context.sealer.seal(notePlace(row), act.note)
  if (act.act === 'ignore') {
    const resolution: Resolution = { how: 'ignored', by: act.by, at: now, transaction: null, posting: null }
    return { next: moveBreak(row, 'ignore', { resolution, note }, now), guards: [], ledger: null }
  }
  const posting = postingFor(row, act)
  const made = breakTransaction(row, 'resolved', postingOfText(posting), now, posting.why)
  const resolution: Resolution = { how: HOW[act.how], by: act.by, at: now, transaction: made.reference, posting }
  const next = moveBreak(row, 'resolve', { resolution, note }, now)
  return { next, guards: made.guards, ledger: made.digest }
}

/** What a resolution books: what the caller says, what was suggested, or the difference to where it is asked to go. */
const postingFor = (row: BreakRow, act: Extract<BreakAct, { act: 'resolve' }>): SuggestedPosting => {
  if (act.how === 'post') {
    if (act.posting !== null) return { ...act.posting, why: 'decided by a person' }
    if (row.suggestion !== null) return row.suggestion
    throw needsPosting(row, 'has no suggestion')
  }
  const { currency, source } = row
  const at = sourceOf(source)
  const difference = (row.theirs ?? 0n) - (row.ours ?? 0n)
  if (currency === null || at === null || 'bank' in at || difference === 0n)
    throw needsPosting(row, `has nothing that '${act.how}' could move`)
  const owed = receivable(at.gateway, at.account, currency).account
  const costs = gatewayCosts(at.gateway, at.account, currency).account
  const nobodys = suspense(currency).account
  // What stands in suspense is written off from there; what is missing or differs stands in the receivable.
  const isPayout = row.about.startsWith('payout/')
  const inSuspense = row.kind === 'missing_here' || row.kind === 'duplicate'
  if (inSuspense && act.how === 'suspense') throw needsPosting(row, 'stands in suspense already')
  const from = inSuspense ? nobodys : isPayout ? gatewayTransit(at.gateway, at.account, currency).account : owed
  const to = act.how === 'suspense' ? nobodys : costs
  // Too much of theirs left the receivable below zero, and suspense above: each is brought back to zero.
  const [debit, credit] = difference > 0n ? [from, to] : [to, from]
  const amount = (difference < 0n ? -difference : difference).toString()
  const why = act.how === 'suspense' ? 'until somebody finds out' : 'written off'
  return { debit, credit, amount, currency, why }
}

const needsPosting = (row: BreakRow, what: string): FlorinError =>
  new FlorinError(
    'invalid_request',
    `posting: break ${row.id} ${what}: say what to book, with how: 'post' and a posting`,
    {
      details: { path: 'posting', break: row.id },
    },
  )
