import { appendEvent } from '../../events/index.ts'
import type { BreakRow, RunRow } from '../../reconciliation/index.ts'
import type { Effect } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'

const text = (amount: bigint | null): string | null => (amount === null ? null : amount.toString())

/** The event of what has just happened to a break: one a version. Minor units as text. */
export const breakEvent = (
  { runtime }: FlowContext,
  row: BreakRow,
  what: string,
  ledger: Uint8Array | null = null,
): Effect => {
  const { source, about, kind, state, owner, currency, payment, attempt, line } = row
  const facts = { source, about, kind, state, owner, currency, payment, attempt, line }
  const how = row.resolution === null ? {} : { how: row.resolution.how, by: row.resolution.by }
  return appendEvent({
    merchant: row.merchant,
    subject: row.id,
    version: row.version,
    id: runtime.ids.make('evt'),
    type: `break.${what}`,
    at: row.updatedAt,
    data: { ...facts, ...how, ours: text(row.ours), theirs: text(row.theirs) },
    ledger,
  })
}

/** The event of what has just happened to a run: `told` counts them. */
export const runEvent = ({ runtime }: FlowContext, merchant: string, row: RunRow, what: string): Effect =>
  appendEvent({
    merchant,
    subject: row.id,
    version: row.told,
    id: runtime.ids.make('evt'),
    type: `reconciliation.${what}`,
    at: row.updatedAt,
    data: { source: row.source, format: row.format, state: row.state, place: row.place, counts: row.counts },
  })
