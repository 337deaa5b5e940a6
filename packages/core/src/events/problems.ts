/**
 * What verification can find.
 * - `event_missing`: a seal lists it, or its subject's row says it happened, and it is not there.
 * - `event_changed`: its columns no longer give its digest.
 * - `root_mismatch`: a seal's events, or their order, are not the ones that were sealed.
 * - `seal_changed`: a seal's columns no longer give its hash, or its size is not that of its list.
 * - `chain_broken`: a seal does not name the hash of the one before it.
 * - `position_gap`: a seal does not start where the one before it ended.
 * - `subject_order`: a subject's versions do not follow each other, without gaps, in stream order.
 * - `truncated`: the chain is shorter than it was.
 * - `head_mismatch`: the chain does not pass through a head that was exported from it.
 * - `truth_mismatch`: a subject's row and its events disagree about how many times it changed.
 * - `inspection`: found by a check that the caller gave.
 */
export type ProblemKind =
  | 'event_missing'
  | 'event_changed'
  | 'root_mismatch'
  | 'seal_changed'
  | 'chain_broken'
  | 'position_gap'
  | 'subject_order'
  | 'truncated'
  | 'head_mismatch'
  | 'truth_mismatch'
  | 'inspection'

/** One finding of verification. JSON-safe; `detail` is a sentence for people. */
export interface Problem {
  readonly kind: ProblemKind
  /** Of the event, or of the seal's first event; null where it is about none. */
  readonly position: number | null
  readonly subject: string | null
  readonly detail: string
}

/** Keeps the first so many problems and counts the rest: a database that was replaced has one per row. */
export class Problems {
  readonly list: Problem[] = []
  readonly #max: number
  count = 0

  constructor(max: number) {
    this.#max = max
  }

  add(kind: ProblemKind, position: number | null, subject: string | null, detail: string): void {
    this.count += 1
    if (this.list.length < this.#max) this.list.push(Object.freeze({ kind, position, subject, detail }))
  }
}
