import { setTimeout } from 'node:timers/promises'
import { Line, whereOf } from './line.ts'
import { contains, type Moment, momentOf } from './moment.ts'
import type { ResolvedOptions } from './options.ts'
import { type Answer, type Query, query } from './statement.ts'

/** A standby that lags is asked again in these steps, for as long, and the primary then: a reader should not notice. */
const STEP_MS = 5
const WAIT_MS = 50
/** One that did not catch up in time is left alone for a moment, where the same is wanted of it again. */
const BEHIND_MS = 500
/** One that failed is left alone, longer each time. */
const FIRST_DOWN_MS = 500
const LONGEST_DOWN_MS = 30_000

/** How far it has come. The timeline is what is certain: it may learn of a new one at its next restart point only, and is not used until then. */
const REACHED = query(
  `select pg_is_in_recovery(), to_hex(greatest((pg_control_checkpoint()).timeline_id, ` +
    `(pg_control_recovery()).min_recovery_end_timeline)), pg_last_wal_replay_lsn(), ` +
    `(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint`,
)

/** How a replica stands. */
export interface Reached {
  readonly moment: Moment
  /** Since the newest transaction that it has was committed. */
  readonly lastMs: number | null
}

const reachedOf = ({ rows }: Answer): Reached | undefined => {
  const [recovering, timeline, lsn, lastMs] = rows[0] ?? []
  const moment = recovering === 't' ? momentOf(timeline, lsn) : undefined // one that was promoted goes its own way
  return moment && { moment, lastMs: lastMs == null ? null : Number(lastMs) }
}

/** A standby that reads may go to. It never fails a read: what it cannot answer now is undefined. */
export class Replica {
  readonly where: string
  readonly #lines: readonly Line[]
  #downUntil = 0
  #downMs = FIRST_DOWN_MS
  #behindUntil = 0
  #behind: Moment | undefined

  constructor(options: ResolvedOptions) {
    this.where = whereOf(options)
    this.#lines = Array.from({ length: options.readers }, () => new Line(options))
  }

  /** Whether it is worth asking for what was there at `moment`. */
  isLikely(moment: Moment | undefined): boolean {
    const now = performance.now()
    if (now < this.#downUntil) return false
    if (moment === undefined || this.#behind === undefined || now >= this.#behindUntil) return true
    return contains(this.#behind, moment)
  }

  /** The answer, of a state that holds everything before `moment`; or undefined. */
  async read(asked: Query, moment: Moment | undefined): Promise<Answer | undefined> {
    const until = performance.now() + WAIT_MS
    try {
      for (;;) {
        const line = this.#lines.reduce((best, each) => (each.waiting < best.waiting ? each : best))
        const [standing, answer] = await line.run([REACHED, asked])
        this.#downMs = FIRST_DOWN_MS
        const reached = standing && reachedOf(standing)
        if (reached === undefined) return this.#rest()
        if (moment === undefined || contains(reached.moment, moment)) return answer
        if (performance.now() >= until) {
          this.#behind = reached.moment
          this.#behindUntil = performance.now() + BEHIND_MS
          return undefined
        }
        await setTimeout(STEP_MS)
      }
    } catch {
      return this.#rest() // whatever it was: the primary answers, or says what is wrong with the question
    }
  }

  /** How far it has come, or undefined while it cannot be used. */
  async reached(): Promise<Reached | undefined> {
    try {
      const [answer] = await (this.#lines[0] as Line).run([REACHED])
      return answer && reachedOf(answer)
    } catch {
      return undefined
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()))
  }

  #rest(): undefined {
    this.#downUntil = performance.now() + this.#downMs
    this.#downMs = Math.min(LONGEST_DOWN_MS, this.#downMs * 2)
  }
}
