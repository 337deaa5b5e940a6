/** What became of one delivery that was worked on again. */
export interface Outcome {
  /**
   * `applied`: something was missing, and is there now. `unchanged`: nothing was missing. `waiting`: it is about something that is not
   * known here (yet). `failed`: it could not be worked on, and `note` says why.
   */
  readonly result: 'applied' | 'unchanged' | 'waiting' | 'failed'
  readonly note: string | null
  readonly message: string | null
}

/** One delivery that was not worked off. */
export interface WorkProblem {
  readonly delivery: string
  /** A code: of an error, or the delivery's note. */
  readonly note: string
  readonly message: string | null
}

/** What a redrive or a replay did. `seen` is the sum of the others. JSON-safe. */
export interface WorkReport {
  readonly seen: number
  readonly applied: number
  readonly unchanged: number
  readonly waiting: number
  readonly failed: number
  /** The first hundred that wait or failed. */
  readonly problems: readonly WorkProblem[]
}

const MOST_PROBLEMS = 100

/** Counts outcomes as they come. */
export const workReport = () => {
  const counts = { applied: 0, unchanged: 0, waiting: 0, failed: 0 }
  const problems: WorkProblem[] = []
  return {
    add: (delivery: string, { result, note, message }: Outcome): void => {
      counts[result] += 1
      if (note !== null && problems.length < MOST_PROBLEMS) problems.push({ delivery, note, message })
    },
    /** As it stands. */
    done: (): WorkReport => ({
      seen: counts.applied + counts.unchanged + counts.waiting + counts.failed,
      ...counts,
      problems: [...problems],
    }),
  }
}
