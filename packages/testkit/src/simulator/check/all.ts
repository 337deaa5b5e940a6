import type { Evidence } from './evidence.ts'
import type { Invariant } from './invariant.ts'
import { BOOKS } from './invariants/books.ts'
import { ENDS } from './invariants/ends.ts'
import { HISTORY } from './invariants/history.ts'
import { MONEY } from './invariants/money.ts'
import { RECONCILED } from './invariants/reconciled.ts'
import { REQUESTS } from './invariants/requests.ts'

/** All of the twenty but the one that is about two runs (`same_seed_same_run`). */
export const INVARIANTS: readonly Invariant[] = [
  ...[...MONEY, ...BOOKS, ...REQUESTS, ...HISTORY, ...ENDS],
  ...RECONCILED,
].sort((a, b) => a.number - b.number)

/** The name of the nineteenth, which compares the traces of two runs. */
export const SAME_RUN = { number: 19, name: 'same_seed_same_run' } as const

/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: string
  readonly number: number
  readonly what: string
  /** Milliseconds since the start of the run. */
  readonly at: number
}

const MOST_TOLD = 5 // of one invariant at one look: one cause often shows in many rows

/** Checks what can be checked of this evidence; counts every check that was made. */
export const checkAll = (evidence: Evidence, startedAt: number, counts: Map<string, number>): readonly Violation[] =>
  INVARIANTS.filter(({ when }) => when === 'always' || evidence.phase === 'healed').flatMap(
    ({ name, number, check }) => {
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const at = evidence.now - startedAt
      return check(evidence)
        .slice(0, MOST_TOLD)
        .map((what) => ({ invariant: name, number, what, at }))
    },
  )
