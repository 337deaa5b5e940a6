import { formatAmount } from '../../money/index.ts'
import type {
  BreakKind,
  BreakRow,
  BreakState,
  RunCounts,
  RunRow,
  RunState,
  SuggestedPosting,
} from '../../reconciliation/index.ts'

/** A file that was read, or is being read. JSON-safe. */
export interface RunView {
  readonly object: 'reconciliation_run'
  readonly id: string
  /** `gateway/stripe/main` or `bank/giro`. */
  readonly source: string
  readonly format: string
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly digest: string
  readonly bytes: number
  readonly state: RunState
  /** Lines, balances and malformed lines that are done with. */
  readonly place: number
  readonly counts: RunCounts
  /** The first hundred lines that could not be read. */
  readonly malformed: readonly { readonly line: number; readonly why: string }[]
  readonly failure?: string
  readonly startedAt: string
  readonly endedAt?: string
}

/** One posting as a person reads it: a decimal string, and why. */
export interface BreakPostingView {
  readonly debit: string
  readonly credit: string
  readonly amount: string
  readonly currency: string
  readonly why: string
}

/** A difference that somebody has to do something about, or did. JSON-safe. */
export interface BreakView {
  readonly object: 'break'
  readonly id: string
  readonly source: string
  readonly kind: BreakKind
  readonly state: BreakState
  readonly merchant: string
  readonly owner?: string
  readonly currency?: string
  /** What our books have. */
  readonly ours?: string
  /** What the other side says. */
  readonly theirs?: string
  /** The id of the line that it is about. */
  readonly line?: string
  readonly attempt?: string
  readonly payment?: string
  readonly why: string
  /** What would put it right, as far as can be said. */
  readonly suggestion?: BreakPostingView
  readonly resolution?: {
    readonly how: string
    readonly by: string
    readonly at: string
    readonly transaction?: string
    readonly posting?: BreakPostingView
  }
  readonly openedAt: string
  readonly updatedAt: string
}

const iso = (at: number): string => new Date(at).toISOString()

/** A run for the caller. */
export const runView = (row: RunRow): RunView => ({
  object: 'reconciliation_run',
  id: row.id,
  source: row.source,
  format: row.format,
  digest: row.digest,
  bytes: row.bytes,
  state: row.state,
  place: row.place,
  counts: row.counts,
  malformed: row.malformed,
  ...(row.failure === null ? {} : { failure: row.failure }),
  startedAt: iso(row.startedAt),
  ...(row.endedAt === null ? {} : { endedAt: iso(row.endedAt) }),
})

const postingView = (posting: SuggestedPosting): BreakPostingView => ({
  ...posting,
  amount: formatAmount(BigInt(posting.amount), posting.currency),
})

/** A break for the caller. */
export const breakView = (row: BreakRow): BreakView => {
  const { currency, ours, theirs, resolution } = row
  const amounts =
    currency === null
      ? {}
      : {
          currency,
          ...(ours === null ? {} : { ours: formatAmount(ours, currency) }),
          ...(theirs === null ? {} : { theirs: formatAmount(theirs, currency) }),
        }
  return {
    object: 'break',
    id: row.id,
    source: row.source,
    kind: row.kind,
    state: row.state,
    merchant: row.merchant,
    ...(row.owner === null ? {} : { owner: row.owner }),
    ...amounts,
    ...(row.line === null ? {} : { line: row.line }),
    ...(row.attempt === null ? {} : { attempt: row.attempt }),
    ...(row.payment === null ? {} : { payment: row.payment }),
    why: row.why,
    ...(row.suggestion === null ? {} : { suggestion: postingView(row.suggestion) }),
    ...(resolution === null
      ? {}
      : {
          resolution: {
            how: resolution.how,
            by: resolution.by,
            at: iso(resolution.at),
            ...(resolution.transaction === null ? {} : { transaction: resolution.transaction }),
            ...(resolution.posting === null ? {} : { posting: postingView(resolution.posting) }),
          },
        }),
    openedAt: iso(row.openedAt),
    updatedAt: iso(row.updatedAt),
  }
}
