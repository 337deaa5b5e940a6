import { type Id, step } from '../kernel/index.ts'
import { claim, type Guard, replace } from '../records/index.ts'
import { BREAK, type BreakEvent } from './machine.ts'
import type { BreakKind, SuggestedPosting } from './model.ts'
import { type BreakRow, breaks, type Resolution } from './records.ts'

/** What is amiss, before it is a break. */
export interface Finding {
  readonly about: string
  readonly kind: BreakKind
  readonly merchant: string
  readonly currency: string | null
  readonly ours: bigint | null
  readonly theirs: bigint | null
  readonly line: string | null
  readonly attempt: string | null
  readonly payment: string | null
  readonly why: string
  readonly suggestion: SuggestedPosting | null
}

/** A break that was not there before. */
export const openBreak = (id: Id<'brk'>, source: string, finding: Finding, now: number): BreakRow => ({
  ...finding,
  id,
  source,
  openedAt: now,
  open: 'open',
  state: 'open',
  owner: null,
  resolution: null,
  note: null,
  updatedAt: now,
  version: 1,
})

/** The same thing is amiss again, after it had ended; what was found now holds. */
export const reopenBreak = (row: BreakRow, finding: Finding, now: number): BreakRow => ({
  ...row,
  ...finding,
  merchant: row.merchant,
  line: row.line,
  state: step<BreakRow['state'], BreakEvent>(BREAK, row.state, 'reopen'),
  open: 'open',
  resolution: null,
  note: null,
  updatedAt: now,
  version: row.version + 1,
})

const ENDS: Readonly<Partial<Record<BreakEvent, true>>> = { resolve: true, ignore: true, explain: true }

/** A break after something happened to it. @throws FlorinError `internal` for what its state does not take: ask `may` before. */
export const moveBreak = (
  row: BreakRow,
  event: BreakEvent,
  set: { readonly owner?: string | null; readonly resolution?: Resolution | null; readonly note?: Uint8Array | null },
  now: number,
): BreakRow => ({
  ...row,
  state: step<BreakRow['state'], BreakEvent>(BREAK, row.state, event),
  open: ENDS[event] === true ? null : 'open',
  owner: set.owner === undefined ? row.owner : set.owner,
  resolution: set.resolution === undefined ? row.resolution : set.resolution,
  note: set.note === undefined ? row.note : set.note,
  updatedAt: now,
  version: row.version + 1,
})

/** Writes a break: a new one where its version is 1, else over the version before. */
export const putBreak = (row: BreakRow): Guard => {
  if (row.version === 1) return claim(breaks, row)
  const { id, source, about, merchant, openedAt, line, ...set } = row
  return replace(breaks, { id }, row.version - 1, set)
}
