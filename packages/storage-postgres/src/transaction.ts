import {
  type AccountRow,
  accountKey,
  accounts,
  accountsOf,
  type Batch,
  type Booked,
  entries,
  jobs,
  type SealRow,
  sealEvents,
  seals,
} from '@florin/core/storage'
import { bookStanding, type Cells, type Decoder, type PendingPost } from '@florin/storage-sql'
import { arraysOf } from './arrays.ts'
import { headSql, noteSql, type Shape, sealLockSql } from './batch-sql.ts'
import type { Held } from './line.ts'
import { type Answer, plain, type Query, query } from './statement.ts'
import type { Statements } from './table-statements.ts'
import type { TableWork, Work } from './work.ts'

const BEGIN = plain('begin')
const COMMIT = plain('commit')
export const ROLLBACK = plain('rollback')
const PARTITION = 0

/** How a try at a batch ended. */
export type Ended =
  | 'committed'
  /** A guard did not hold; who lost is not known yet. Nothing is written. */
  | 'conflict'
  /** Nothing is written, and what stands is to be tried again: without those who ended below a floor, or after a deadlock. */
  | 'again'

/** A query whose effect on rows is known beforehand: another count means that a guard did not hold. */
interface Step {
  readonly query: Query
  readonly expect?: number
}

/** What a transaction needs besides its work. */
export interface Tools {
  readonly statements: Statements
  readonly decodeAccount: Decoder
  readonly decodeHead: Decoder
  /** Accounts that are known to exist. They are never deleted. */
  readonly known: Set<string>
}

/**
 * One try at making a batch durable, as if nobody could lose: everything that needs no answer goes out together, with the accounts
 * that are posted to locked last, for they are the rows that every batch wants; the answer decides the ledger; ledger and commit go
 * out together. A taken key is an error, and a version that moved on a smaller count: either undoes all.
 */
export class Transaction {
  readonly #tools: Tools
  readonly #line: Held
  readonly #batch: Batch
  readonly #work: Work
  /** Whether a commit was sent: from then on a lost connection leaves open what became of it. */
  commitSent = false

  constructor(tools: Tools, line: Held, batch: Batch, work: Work) {
    this.#tools = tools
    this.#line = line
    this.#batch = batch
    this.#work = work
  }

  /** `id` names this try, `previous` one on the same connection whose end is known. `lose` hears of floors. */
  async run(
    id: string,
    previous: string | null,
    base: number,
    lose: (change: number, account: string) => void,
  ): Promise<Ended> {
    const { statements } = this.#tools
    const steps = [{ query: query(noteSql(statements.schema), [id, previous]) }, ...this.#writes(base)]
    const locks = this.#locks()
    const sealing = this.#sealing()
    const first = [BEGIN, ...steps.map((step) => step.query), ...locks, ...sealing]
    // With nothing to decide, and nothing that fails by a count, the commit can go along: after an error it rolls back by itself.
    const atOnce = locks.length + sealing.length === 0 && steps.every((step) => !('expect' in step))
    if (atOnce) return this.#commit(first)
    const answers = await this.#line.run(first)
    if (steps.some((step: Step, i) => step.expect !== undefined && answers[i + 1]?.count !== step.expect)) {
      return this.#abandon('conflict')
    }
    const last: Query[] = []
    const decided = answers.slice(1 + steps.length)
    if (locks.length > 0) {
      let below = false
      const booked = this.#book(decided[locks.length - 1] as Answer, (change, account) => {
        below = true
        lose(change, account)
      })
      if (below) return this.#abandon('again')
      last.push(...this.#ledger(booked))
    }
    if (sealing.length > 0) last.push(...this.#seals(decided.at(-1) as Answer))
    return this.#commit(last)
  }

  async #commit(queries: readonly Query[]): Promise<Ended> {
    this.commitSent = true
    const answers = await this.#line.run([...queries, COMMIT])
    if (answers.at(-1)?.command !== 'COMMIT') throw new Error('COMMIT was answered with a rollback')
    for (const { merchant, account } of this.#accounts()) this.#tools.known.add(accountKey(merchant, account))
    return 'committed'
  }

  async #abandon(how: 'conflict' | 'again'): Promise<Ended> {
    await this.#line.run([ROLLBACK])
    return how
  }

  #writes(base: number): Step[] {
    const { statements } = this.#tools
    const { tables, finishes, schedules } = this.#work
    const steps: Step[] = []
    const contended = ({ table, inserts }: TableWork): boolean => table.contended && inserts.length > 0
    for (const work of tables) if (contended(work)) steps.push(this.#insert(work, base))
    for (const { table, replaces } of tables) {
      if (replaces.length === 0) continue
      const { text } = statements.of(table).replace
      const keys = replaces.map(({ key }) => key)
      const expected = replaces.map(({ expect }) => ({ version: expect }))
      const sets = replaces.map(({ set }) => set)
      const values = [
        ...arraysOf(table, table.key, keys),
        ...arraysOf(table, ['version'], expected),
        ...arraysOf(table, table.mutable, sets),
      ]
      steps.push({ query: query(text, values), expect: replaces.length })
    }
    const ended = finishes.filter(({ again }) => again === null)
    const released = finishes
      .filter(({ again }) => again !== null)
      .map(({ id, token, again }) => ({ id, token, due: again }))
    if (ended.length > 0) steps.push(step(statements.jobs.finish, ended as unknown as readonly Cells[], ended.length))
    if (released.length > 0) steps.push(step(statements.jobs.release, released, released.length))
    for (const work of tables) if (!contended(work) && work.inserts.length > 0) steps.push(this.#insert(work, base))
    if (schedules.length > 0) steps.push(step(statements.jobs.schedule, schedules))
    return steps
  }

  #insert({ table, inserts }: TableWork, base: number): Step {
    const { text, columns } = this.#tools.statements.of(table).insert
    const values: unknown[] = arraysOf(table, columns, inserts)
    if (text.includes('pg_current_xact_id')) values.push(String(base))
    return { query: query(text, values) }
  }

  #accounts(): ReturnType<typeof accountsOf> {
    return accountsOf(this.#work.posts.map(({ op }) => op))
  }

  /** Makes accounts that nobody has posted to yet, and locks all in one order for everybody. */
  #locks(): Query[] {
    const { posts } = this.#work
    if (posts.length === 0) return []
    const of = this.#tools.statements.of(accounts)
    const keys = this.#accounts()
    const queries: Query[] = []
    const fresh = keys.filter(({ merchant, account }) => !this.#tools.known.has(accountKey(merchant, account)))
    if (fresh.length > 0) {
      const rows = blankAccounts(posts)
      const blank = fresh.map(({ merchant, account }) => rows.get(accountKey(merchant, account)) as Cells)
      queries.push(query(of.insertMissing.text, arraysOf(accounts, of.insertMissing.columns, blank)))
    }
    queries.push(
      query(of.lock.text, arraysOf(accounts, of.lock.columns, keys as readonly object[] as readonly Cells[])),
    )
    return queries
  }

  #book(locked: Answer, lost: (change: number, account: string) => void): Booked {
    const rows = new Map<string, AccountRow>()
    for (const cells of locked.rows) {
      const row = this.#tools.decodeAccount(cells) as AccountRow
      rows.set(accountKey(row.merchant, row.account), row)
    }
    return bookStanding(this.#work.posts, rows, lost)
  }

  #ledger(booked: Booked): Query[] {
    if (booked.entries.length === 0) return []
    const { update } = this.#tools.statements.of(accounts)
    const { insert } = this.#tools.statements.of(entries)
    return [
      query(
        update.text,
        arraysOf(
          accounts,
          update.columns,
          booked.accounts.map(({ row }) => row),
        ),
      ),
      query(insert.text, arraysOf(entries, insert.columns, booked.entries)),
    ]
  }

  /** Where commits seal what they append: waits for its turn, and reads what it has to follow. */
  #sealing(): Query[] {
    const { statements } = this.#tools
    if (!statements.portable || this.#work.events.length === 0) return []
    return [query(sealLockSql(statements.schema)), query(headSql(statements.schema), [String(PARTITION)])]
  }

  #seals(newest: Answer): Query[] {
    const [cells] = newest.rows
    const head = cells && ({ ...this.#tools.decodeHead(cells), partition: PARTITION, events: [] } as unknown as SealRow)
    const { insert } = this.#tools.statements.of(seals)
    const rows = sealEvents(head, PARTITION, this.#batch.at, this.#work.events)
    return [query(insert.text, arraysOf(seals, insert.columns, rows))]
  }
}

const step = ({ text, columns }: Shape, rows: readonly Cells[], expect?: number): Step => {
  const sent = query(text, arraysOf(jobs, columns, rows))
  return expect === undefined ? { query: sent } : { query: sent, expect }
}

/** Every account that the posts name, as it is before its first posting. */
const blankAccounts = (posts: readonly PendingPost[]): ReadonlyMap<string, Cells> => {
  const rows = new Map<string, Cells>()
  const zero = { debitsPosted: 0n, creditsPosted: 0n, debitsPending: 0n, creditsPending: 0n, version: 0 }
  for (const { op } of posts) {
    for (const { debit, credit, currency } of op.postings) {
      for (const { account, side, floor } of [debit, credit]) {
        const key = accountKey(op.merchant, account)
        if (!rows.has(key)) rows.set(key, { merchant: op.merchant, account, currency, side, floor, ...zero })
      }
    }
  }
  return rows
}
