import {
  type Batch,
  type Booked,
  type Change,
  type EventRow,
  events,
  type FinishOp,
  jobs,
  type Outcome,
  type PostOp,
  type SealRow,
  sealEvents,
  seals,
} from '@florin/core/storage'
import { type Cells, finishSql, type PendingPost, releaseSql, SQLITE, scheduleSql } from '@florin/storage-sql'
import { Heads, PARTITION } from './heads.ts'
import { Ledger } from './ledger.ts'
import type { Readers } from './reads.ts'
import type { Session } from './session.ts'
import { Inserter, type TableWriter, Writers } from './table-writer.ts'

const COMMITTED: Outcome = Object.freeze({ committed: true })
const NO_LEASE: Outcome = Object.freeze({ committed: false, conflict: 'lease' })

/** Fewer changes than this have nothing to gain from trying their claims together, unless one of them alone has so many guards. */
const TOGETHER = 4
const MANY_GUARDS = 64

/**
 * After a batch with a loser, so many are tried guard by guard at once: losers come in bursts (a client that retries, a webhook that is
 * delivered again), and a batch that was tried in vain is paid for twice.
 */
const CAUTIOUS_BATCHES = 16

/**
 * Makes batches durable: one transaction each. First it tries all claims of a table together, in the hope that every guard holds; only
 * if one does not are the guards tried again one by one, to name the losers. A loser that had written something is taken back by
 * rolling back and running the others again, for a savepoint per change would cost every change more than the rare loser costs.
 */
export class Committer {
  readonly #session: Session
  readonly #writers: Writers
  readonly #ledger: Ledger
  readonly heads: Heads
  readonly #schedules: Inserter
  /** Writers that hold rows of the present batch. */
  readonly #touched: TableWriter[] = []
  #cautious = 0

  constructor(session: Session, readers: Readers) {
    this.#session = session
    this.#writers = new Writers(session)
    this.#ledger = new Ledger(readers, this.#writers)
    this.heads = new Heads(session)
    this.#schedules = new Inserter(session, jobs, (rows) => scheduleSql(SQLITE, rows))
  }

  commit(batch: Batch): readonly Outcome[] {
    return this.#session.run(() => {
      try {
        return this.#commitTogether(batch) ?? this.#commitSingly(batch)
      } finally {
        this.#reset()
      }
    })
  }

  /** Appends a seal that a sequencer made. */
  seal(seal: SealRow): Outcome {
    const inserted = this.#session.write(() => this.#writers.of(seals).claim([seal]))
    this.heads.forget()
    return inserted === 1 ? COMMITTED : { committed: false, conflict: 'duplicate', table: seals.name }
  }

  /** All changes as if none could lose; undefined, and nothing written, when one does. */
  #commitTogether(batch: Batch): readonly Outcome[] | undefined {
    if (batch.changes.length < TOGETHER && batch.changes.every(({ guards }) => guards.length < MANY_GUARDS))
      return undefined
    if (this.#cautious > 0) {
      this.#cautious -= 1
      return undefined
    }
    this.#session.begin()
    const posts = this.#guardTogether(batch.changes)
    const booked = posts && this.#ledger.book(posts)
    if (booked === undefined || booked.losers.length > 0) {
      this.#session.rollback()
      this.#reset()
      return undefined
    }
    this.#perform(batch, batch.changes, booked)
    return batch.changes.map(() => COMMITTED)
  }

  /** The posts of all changes, or undefined as soon as another guard does not hold. */
  #guardTogether(changes: readonly Change[]): readonly PostOp[] | undefined {
    const posts: PostOp[] = []
    let writer: TableWriter | undefined
    for (const { guards } of changes) {
      for (const op of guards) {
        if (op.op === 'claim') {
          if (writer?.table !== op.table) writer = this.#writers.of(op.table)
          if (writer.claims.length === 0) this.#touched.push(writer)
          writer.claims.push(op.row)
        } else if (op.op === 'post') posts.push(op)
        else if (op.op === 'replace') {
          if (!this.#writers.of(op.table).replace(op.key, op.expect, op.set)) return undefined
        } else if (!this.#finish(op)) return undefined
      }
    }
    for (const writer of this.#touched) {
      if (writer.claim(writer.claims) < writer.claims.length) return undefined
    }
    this.#reset()
    return posts
  }

  /** Guard by guard. Each round names at least one loser more than the one before, so there are at most as many as changes. */
  #commitSingly(batch: Batch): readonly Outcome[] {
    const outcomes: Outcome[] = batch.changes.map(() => COMMITTED)
    for (;;) {
      this.#session.begin()
      const round = this.#guardSingly(batch.changes, outcomes)
      if (round.polluted) {
        this.#session.rollback()
        continue
      }
      const winners = batch.changes.filter((_, index) => outcomes[index] === COMMITTED)
      if (winners.length < batch.changes.length) this.#cautious = CAUTIOUS_BATCHES
      if (winners.length === 0) this.#session.rollback()
      else this.#perform(batch, winners, round.booked)
      return outcomes
    }
  }

  /** Tries the guards of all changes that have not lost yet. Polluted: one that lost now had already written something. */
  #guardSingly(
    changes: readonly Change[],
    outcomes: Outcome[],
  ): { readonly polluted: boolean; readonly booked: Booked } {
    const pending: PendingPost[] = []
    const wrote = new Set<number>()
    let polluted = false
    changes.forEach((change, index) => {
      if (outcomes[index] !== COMMITTED) return
      const posts: PendingPost[] = []
      for (const op of change.guards) {
        if (op.op === 'post') {
          posts.push({ op, change: index })
          continue
        }
        const lost = this.#guard(op)
        if (lost !== undefined) {
          outcomes[index] = lost
          polluted ||= wrote.has(index)
          return
        }
        wrote.add(index)
      }
      pending.push(...posts)
    })
    const booked = this.#ledger.bookStanding(pending, (change, account) => {
      outcomes[change] = { committed: false, conflict: 'floor', account }
      polluted ||= wrote.has(change)
    })
    return { polluted, booked }
  }

  #guard(op: Exclude<Change['guards'][number], PostOp>): Outcome | undefined {
    if (op.op === 'finish') return this.#finish(op) ? undefined : NO_LEASE
    const writer = this.#writers.of(op.table)
    if (op.op === 'claim') {
      return writer.claim([op.row]) === 1
        ? undefined
        : { committed: false, conflict: 'duplicate', table: op.table.name }
    }
    return writer.replace(op.key, op.expect, op.set)
      ? undefined
      : { committed: false, conflict: 'version', table: op.table.name }
  }

  #finish({ id, token, again }: FinishOp): boolean {
    const { changes } =
      again === null
        ? this.#session.prepare(finishSql(SQLITE)).run(id, token)
        : this.#session.prepare(releaseSql(SQLITE)).run(again, id, token)
    return changes === 1
  }

  /** Effects, ledger and seals of the winners, and the commit. */
  #perform(batch: Batch, winners: readonly Change[], booked: Booked): void {
    const appended: EventRow[] = []
    const schedules: Cells[] = []
    for (const { effects } of winners) {
      for (const op of effects) {
        if (op.op === 'schedule') {
          schedules.push(op.row)
          continue
        }
        const writer = this.#writers.of(op.table)
        if (writer.appends.length === 0) this.#touched.push(writer)
        writer.appends.push(op.row)
        if (op.table.name === events.name) appended.push(op.row as EventRow)
      }
    }
    for (const writer of this.#touched) writer.append(writer.appends)
    if (schedules.length > 0) this.#schedules.insert(schedules)
    this.#ledger.write(booked)
    const sealed = appended.length === 0 ? [] : sealEvents(this.heads.current(), PARTITION, batch.at, appended)
    if (sealed.length > 0) this.#writers.of(seals).append(sealed)
    this.#session.commit()
    const newest = sealed.at(-1)
    if (newest !== undefined) this.heads.advance(newest)
  }

  #reset(): void {
    for (const writer of this.#touched) {
      writer.claims.length = 0
      writer.appends.length = 0
    }
    this.#touched.length = 0
  }
}
