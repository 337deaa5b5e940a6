import { accounts, type Batch, FlorinError, isFlorinError, type Outcome, seals } from '@florin/core/storage'
import { columnsOf, type Decoder, type Dialect, decoderOf } from '@florin/storage-sql'
import { noteSql, settledSql, settleSql } from './batch-sql.ts'
import { KnownAccounts } from './blind-ledger.ts'
import { isConnectionLoss, isMissed, isTransient, isUniqueViolation, sqlState, storageError } from './errors.ts'
import type { Line } from './line.ts'
import type { Lines } from './lines.ts'
import { look } from './look.ts'
import { pause } from './pause.ts'
import { query } from './statement.ts'
import type { Statements } from './table-statements.ts'
import { type Position, ROLLBACK, type Tools, Transaction } from './transaction.ts'
import { workOf } from './work.ts'

const COMMITTED: Outcome = Object.freeze({ committed: true })

/**
 * After a batch with a loser, so many are looked through before they are tried: losers come in bursts (a client that retries, a webhook
 * that is delivered again), and a batch that was tried in vain is paid for twice.
 */
const CAUTIOUS_BATCHES = 16
/** How often the server's own refusals (deadlock, serialization) and lost connections are tried again. */
const MAX_TRIES = 6
const RETRY_BASE_MS = 5
/**
 * How long it is asked what became of a commit: longer than a connection is away that was cut, and short, for new callers wait meanwhile. After
 * it intents are asked for again by their callers, under their keys, and outcomes by core: a second commit loses if the first took place.
 */
const SETTLE_MS = 2_000
const SETTLE_PAUSE_MS = 100

/**
 * Makes batches durable: one transaction each, on a connection of its own. A batch is tried as if nobody could lose. If a guard does
 * not hold, all of it is undone; then a look, which only reads, names the losers, and the others are tried again. So a change that
 * loses never leaves anything behind, its neighbours never notice, and no change pays for a savepoint.
 */
export class Committer {
  readonly #lines: Lines
  readonly #tools: Tools
  readonly #base: () => number
  /** The last batch of each connection whose end is known: its row is taken out by the next one. */
  readonly #ended = new WeakMap<Line, string>()
  #cautious = 0

  constructor(lines: Lines, dialect: Dialect, statements: Statements, base: () => number, position: Position | null) {
    this.#lines = lines
    this.#base = base
    this.#tools = {
      statements,
      decodeAccount: decoderOf(dialect, accounts, columnsOf(accounts)) satisfies Decoder,
      decodeHead: decoderOf(dialect, seals, ['first', 'size', 'root', 'previous', 'hash', 'at']),
      known: new KnownAccounts(statements.schema),
      position,
    }
  }

  async commit(batch: Batch): Promise<readonly Outcome[]> {
    this.#lines.assertOpen()
    if (batch.changes.every(({ guards, effects }) => guards.length + effects.length === 0)) {
      return batch.changes.map(() => COMMITTED)
    }
    return this.#lines.write((line) => new Run(this.#lines, this.#tools, line, batch, this).outcomes())
  }

  /** Whether the next batch is looked through first. */
  get cautious(): boolean {
    if (this.#cautious === 0) return false
    this.#cautious -= 1
    return true
  }

  beCautious(): void {
    this.#cautious = CAUTIOUS_BATCHES
  }

  get base(): number {
    return this.#base()
  }

  previous(line: Line): string | null {
    return this.#ended.get(line) ?? null
  }

  ended(line: Line, id: string): void {
    this.#ended.set(line, id)
  }
}

/** One batch, from its first try to its outcomes. */
class Run {
  readonly #lines: Lines
  readonly #tools: Tools
  readonly #line: Line
  readonly #batch: Batch
  readonly #committer: Committer
  readonly #outcomes: Outcome[]
  #tries = 0
  /** Times in a row that a guard did not hold, and nobody was found to have lost. */
  #unexplained = 0

  constructor(lines: Lines, tools: Tools, line: Line, batch: Batch, committer: Committer) {
    this.#lines = lines
    this.#tools = tools
    this.#line = line
    this.#batch = batch
    this.#committer = committer
    this.#outcomes = batch.changes.map(() => COMMITTED)
  }

  async outcomes(): Promise<readonly Outcome[]> {
    try {
      if (this.#committer.cautious) await this.#look()
      while (this.#outcomes.includes(COMMITTED)) {
        const ended = await this.#try()
        if (ended === 'committed') break
      }
      return this.#outcomes
    } catch (error) {
      throw storageError(error, this.#lines.where)
    }
  }

  readonly #stands = (change: number): boolean => this.#outcomes[change] === COMMITTED

  #look(): Promise<number> {
    const { statements } = this.#tools
    return look(this.#line, statements, this.#batch.changes, this.#stands, (change, outcome) => {
      this.#outcomes[change] = outcome
    })
  }

  /** Names the losers of a try that met a conflict. Whoever we lost to has committed by now, or there was no conflict. */
  async #explain(cause: unknown): Promise<void> {
    this.#committer.beCautious()
    if ((await this.#look()) > 0) {
      this.#unexplained = 0
      return
    }
    this.#unexplained += 1
    if (this.#unexplained < 2) return
    if (isUniqueViolation(cause)) throw cause
    const message = 'a guard did not hold, and nothing says why; please report it; nothing was written'
    throw new FlorinError('internal', message, { cause })
  }

  async #try(): Promise<'committed' | 'again'> {
    const work = workOf(this.#batch.changes, this.#stands)
    const transaction = new Transaction(this.#tools, await this.#line.hold(), this.#batch, work)
    const id = this.#tries === 0 ? this.#batch.id : `${this.#batch.id}/${this.#tries}`
    this.#tries += 1
    try {
      const ended = await transaction.run(
        id,
        this.#committer.previous(this.#line),
        this.#committer.base,
        this.#unexplained > 0,
        this.#lose,
      )
      if (ended === 'committed') this.#committer.ended(this.#line, id)
      return ended
    } catch (error) {
      if (isFlorinError(error)) return this.#fail(error)
      if (isConnectionLoss(error)) return this.#lost(error, transaction.commitSent ? id : undefined)
      await this.#line.run([ROLLBACK])
      return this.#refused(error)
    }
  }

  readonly #lose = (change: number, account: string): void => {
    this.#outcomes[change] = { committed: false, conflict: 'floor', account }
  }

  /** Ours, not the server's: no connection to be had, or a row that cannot be written, for which a transaction may be open. */
  async #fail(error: FlorinError): Promise<never> {
    if (error.code === 'internal') await this.#line.run([ROLLBACK])
    throw error
  }

  /** The server refused a statement, and has undone everything. */
  async #refused(error: unknown): Promise<'committed' | 'again'> {
    if (isTransient(error) && this.#tries < MAX_TRIES) {
      await pause(RETRY_BASE_MS * 2 ** this.#tries)
      return 'again'
    }
    if (!isUniqueViolation(error) && !isMissed(error)) throw error
    await this.#explain(error)
    return 'again'
  }

  /** The connection went. With a commit on its way, another connection asks what became of it. */
  async #lost(error: unknown, id: string | undefined): Promise<'committed' | 'again'> {
    this.#line.drop()
    if (id !== undefined && (await this.#settled(error, id))) return 'committed'
    if (this.#tries >= 2) throw error
    return 'again'
  }

  async #settled(cause: unknown, id: string): Promise<boolean> {
    const { statements, position } = this.#tools
    const { schema } = statements
    const asked = [query(settleSql(schema), [id]), query(settledSql(schema), [id])]
    const until = performance.now() + SETTLE_MS
    for (;;) {
      try {
        const [, answer, where] = await this.#line.run([...asked, ...(position === null ? [] : [position.query])])
        position?.committed(where)
        if (answer?.rows[0]?.[0] !== 'f') return false
        // It is on this server's disk. Where commits wait for a standby, that one's may have been ended before it had it: one that comes after
        // it waits for both.
        await this.#line.run([query(noteSql(schema), [`${id}?${performance.now()}`, null])])
        return true
      } catch (error) {
        if (isFlorinError(error, 'closed') || performance.now() > until) {
          throw storageError(
            cause,
            this.#lines.where,
            'whether the last commit took place is not known: read what is there',
          )
        }
        if (!isFlorinError(error) && sqlState(error) === undefined) this.#line.drop()
        await pause(SETTLE_PAUSE_MS)
      }
    }
  }
}
