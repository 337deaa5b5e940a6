import type { ReplicaHealth } from '@florin/core/storage'
import type { Lines } from './lines.ts'
import { FLUSHED, INSERTED, later, type Moment, momentOf } from './moment.ts'
import type { ResolvedOptions } from './options.ts'
import { Replica } from './replica.ts'
import type { Answer, Query } from './statement.ts'
import type { Position } from './transaction.ts'

/** Where reads are answered. */
export interface ReadSource {
  /** One read. Rejects with a FlorinError. */
  read(query: Query): Promise<Answer>
  /** @throws FlorinError `closed`. */
  assertOpen(): void
}

const answeredMoment = (answer: Answer | undefined): Moment | undefined =>
  momentOf(answer?.rows[0]?.[0], answer?.rows[0]?.[1])

/** The standbys of a storage, and what it knows of its own commits. */
export class Replicas {
  readonly #lines: Lines
  readonly #replicas: readonly Replica[]
  readonly #question: Query
  #turn = 0
  #moment: Moment | undefined

  constructor(lines: Lines, { replicas, acceptDataLoss }: ResolvedOptions) {
    this.#lines = lines
    this.#question = acceptDataLoss ? INSERTED : FLUSHED // a commit that waits for no disk is not flushed yet
    this.#replicas = replicas.map((one) => new Replica(one))
  }

  /** A moment after everything that was committed here, or undefined before the first commit. */
  get moment(): Moment | undefined {
    return this.#moment
  }

  /** What each commit is followed by, on its connection. */
  get position(): Position {
    return {
      query: this.#question,
      committed: (answer) => {
        this.#moment = later(this.#moment, answeredMoment(answer))
      },
    }
  }

  /** Reads that see at least what was committed here, and what was before `after`. */
  source(after: Moment | undefined): ReadSource {
    return {
      assertOpen: () => this.#lines.assertOpen(),
      read: async (query) => {
        this.#lines.assertOpen()
        return (await this.#read(query, later(this.#moment, after))) ?? this.#lines.read(query)
      },
    }
  }

  async health(): Promise<readonly ReplicaHealth[]> {
    const primary = await this.#lines.read(FLUSHED).then(answeredMoment, () => undefined)
    return Promise.all(
      this.#replicas.map(async (replica): Promise<ReplicaHealth> => {
        const reached = await replica.reached()
        if (reached === undefined) return { name: replica.where, status: 'away', behindBytes: null, lagMs: null }
        const { moment, lastMs } = reached
        if (primary === undefined) return { name: replica.where, status: 'ok', behindBytes: null, lagMs: lastMs }
        const behind = Number(primary.lsn - moment.lsn)
        const status = moment.timeline < primary.timeline ? 'apart' : 'ok'
        return {
          ...{ name: replica.where, status, behindBytes: Math.max(0, behind) },
          lagMs: behind > 0 ? lastMs : 0,
        }
      }),
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.close()))
  }

  async #read(query: Query, moment: Moment | undefined): Promise<Answer | undefined> {
    this.#turn += 1
    for (let i = 0; i < this.#replicas.length; i++) {
      const replica = this.#replicas[(this.#turn + i) % this.#replicas.length] as Replica
      if (replica.isLikely(moment)) return replica.read(query, moment)
    }
    return undefined
  }
}
