import {
  type AccountKey,
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
import type { KnownAccounts } from './blind-ledger.ts'
import type { Held } from './line.ts'
import { type Answer, plain, type Query, query } from './statement.ts'
import type { Statements } from './table-statements.ts'
import type { TableWork, Work } from './work.ts'

const BEGIN = plain('begin')
const COMMIT = plain('commit')
export const ROLLBACK = plain('rollback')
const PARTITION = 0

/** What a transaction needs besides its work. */
export interface Tools {
  readonly statements: Statements
  readonly decodeAccount: Decoder
  readonly decodeHead: Decoder
  readonly known: KnownAccounts
  /** Where replicas are read: asks how far the primary's log goes, and hears it after each commit. */
  readonly position: Position | null
}

/** What readers of replicas wait for. */
export interface Position {
  readonly query: Query
  committed(answer: Answer | undefined): void
}

/**
 * One try at making a batch durable, as if nobody could lose: everything goes out together, the commit included, with the accounts that
 * are posted to locked last, for they are the rows that every batch wants. A taken key, or a row that is not as it was expected, is an
 * error, and undoes all. Only what has to know how an account stands waits for it, and sends ledger and commit afterwards: a floor, and
 * an account's first posting from here. So does what has to follow the last seal.
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

  /**
   * `id` names this try, `previous` one on the same connection whose end is known. `careful` looks at accounts in any case. `lose` hears
   * of floors. Rejects with the server's error, also where that is that a guard did not hold.
   */
  async run(
    id: string,
    previous: string | null,
    base: number,
    careful: boolean,
    lose: (change: number, account: string) => void,
  ): Promise<'committed' | 'again'> {
    const { statements, known } = this.#tools
    const first = [BEGIN, query(noteSql(statements.schema), [id, previous]), ...this.#writes(base)]
    const posts = this.#work.posts.map(({ op }) => op)
    const keys = accountsOf(posts)
    const sealing = this.#sealing()
    if (posts.length === 0 ? sealing.length === 0 : !careful && !statements.portable && known.canBook(posts)) {
      if (posts.length > 0) first.push(this.#lock('hold', keys), known.book(posts))
      return this.#commit(first)
    }
    first.push(...this.#make(keys), ...(posts.length === 0 ? [] : [this.#lock('lock', keys)]), ...sealing)
    const answers = await this.#line.run(first)
    const last: Query[] = []
    let locked: ReadonlyMap<string, AccountRow> = new Map()
    if (posts.length > 0) {
      let below = false
      locked = this.#locked(answers.at(-1 - sealing.length) as Answer)
      const booked = bookStanding(this.#work.posts, locked, (change, account) => {
        below = true
        lose(change, account)
      })
      if (below) return this.#abandon()
      last.push(...this.#ledger(booked))
    }
    if (sealing.length > 0) last.push(...this.#seals(answers.at(-1) as Answer))
    const ended = await this.#commit(last)
    for (const row of locked.values()) known.add(row)
    return ended
  }

  async #commit(queries: readonly Query[]): Promise<'committed'> {
    this.commitSent = true
    const { position } = this.#tools
    const answers = await this.#line.run([...queries, COMMIT, ...(position === null ? [] : [position.query])])
    if (answers[queries.length]?.command !== 'COMMIT') throw new Error('COMMIT was answered with a rollback')
    position?.committed(answers.at(-1))
    return 'committed'
  }

  async #abandon(): Promise<'again'> {
    await this.#line.run([ROLLBACK])
    return 'again'
  }

  #writes(base: number): Query[] {
    const { statements } = this.#tools
    const { tables, finishes, schedules } = this.#work
    const contended = ({ table, inserts }: TableWork): boolean => table.contended && inserts.length > 0
    const queries = tables.filter(contended).map((work) => this.#insert(work, base))
    for (const { table, replaces } of tables) {
      if (replaces.length === 0) continue
      const { text } = statements.of(table).replace
      const values = [
        ...arraysOf(
          table,
          table.key,
          replaces.map(({ key }) => key),
        ),
        ...arraysOf(
          table,
          ['version'],
          replaces.map(({ expect }) => ({ version: expect })),
        ),
        ...arraysOf(
          table,
          table.mutable,
          replaces.map(({ set }) => set),
        ),
      ]
      queries.push(query(text, [...values, String(replaces.length)]))
    }
    const ended = finishes.filter(({ again }) => again === null)
    const released = finishes
      .filter(({ again }) => again !== null)
      .map(({ id, token, again }) => ({ id, token, due: again }))
    if (ended.length > 0) queries.push(counting(statements.jobs.finish, ended as unknown as readonly Cells[]))
    if (released.length > 0) queries.push(counting(statements.jobs.release, released))
    for (const work of tables) if (!contended(work) && work.inserts.length > 0) queries.push(this.#insert(work, base))
    if (schedules.length > 0) queries.push(onJobs(statements.jobs.schedule, schedules))
    return queries
  }

  #insert({ table, inserts }: TableWork, base: number): Query {
    const { text, columns } = this.#tools.statements.of(table).insert
    const values: unknown[] = arraysOf(table, columns, inserts)
    if (text.includes('pg_current_xact_id')) values.push(String(base))
    return query(text, values)
  }

  /** Makes accounts that nobody has posted to yet, as far as is known here. */
  #make(keys: readonly AccountKey[]): Query[] {
    const fresh = keys.filter(({ merchant, account }) => !this.#tools.known.has(merchant, account))
    if (fresh.length === 0) return []
    const { insertMissing } = this.#tools.statements.of(accounts)
    const rows = blankAccounts(this.#work.posts)
    const blank = fresh.map(({ merchant, account }) => rows.get(accountKey(merchant, account)) as Cells)
    return [query(insertMissing.text, arraysOf(accounts, insertMissing.columns, blank))]
  }

  /** Locks accounts in one order for everybody. */
  #lock(how: 'lock' | 'hold', keys: readonly AccountKey[]): Query {
    const { text, columns } = this.#tools.statements.of(accounts)[how]
    return query(text, arraysOf(accounts, columns, keys as readonly object[] as readonly Cells[]))
  }

  #locked({ rows }: Answer): ReadonlyMap<string, AccountRow> {
    const locked = rows.map((cells) => this.#tools.decodeAccount(cells) as AccountRow)
    return new Map(locked.map((row) => [accountKey(row.merchant, row.account), row]))
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

const onJobs = ({ text, columns }: Shape, rows: readonly Cells[]): Query => query(text, arraysOf(jobs, columns, rows))

/** With how many rows it has to find. */
const counting = ({ text, columns }: Shape, rows: readonly Cells[]): Query =>
  query(text, [...arraysOf(jobs, columns, rows), String(rows.length)])

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
