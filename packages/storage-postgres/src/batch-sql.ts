import { type AnyTable, type Column, events, jobs, seals } from '@florin/core/storage'
import { columnsOf, quoted, quotedList, replaceKey } from '@florin/storage-sql'
import { ARRAY_TYPES } from './arrays.ts'

// One statement a table and kind of op, whatever the number of rows: parameters are arrays, one a column.

export const BATCHES = 'florin_batches'
export const STATE = 'florin_state'

const columnOf = (table: AnyTable, name: string): Column =>
  (table.columns as Readonly<Record<string, Column>>)[name] as Column

/** `unnest($1::…, $2::…)` over the named columns. */
export const unnest = (table: AnyTable, names: readonly string[]): string => `unnest(${arrays(table, names, 1)})`

/** The parameters of the named columns, from `$first` on. */
export const arrays = (table: AnyTable, names: readonly string[], first: number): string =>
  names.map((name, i) => `$${i + first}::${ARRAY_TYPES[columnOf(table, name).kind]}`).join(', ')

/**
 * `change` on as many rows as the parameter after its own says, or an error: what was to be there was not. An error, because a commit
 * that was sent along then rolls back, where a count would be heard of too late.
 */
const exactly = (change: string, parameters: number): string =>
  `with "done" as (${change} returning 1) ${counted('done', parameters + 1)}`

/** Divides by zero (22012) unless a list has as many rows as the parameter says. Nothing else of ours divides. */
export const counted = (list: string, parameter: number): string =>
  `select 1 / (case when count(*) = $${parameter}::bigint then 1 else 0 end) from "${list}"`

const equal = (left: string, right: string, names: readonly string[]): string =>
  names.map((name) => `${left}.${quoted(name)} = ${right}.${quoted(name)}`).join(' and ')

/**
 * One row of `table` for each row of `u`, by a key. A range that holds one value, in that order, instead of equality: only that key's
 * index has the order, so no other is taken, whatever the planner believes of a table that was empty a moment ago; and `limit` keeps it
 * from turning the join around.
 */
export const byKey = (table: string, cells: string, names: readonly string[]): string => {
  const last = quoted(names.at(-1) as string)
  const fixed = names.slice(0, -1).map((name) => `t.${quoted(name)} = u.${quoted(name)} and `)
  return (
    `lateral (select ${cells} from ${table} as t where ${fixed.join('')}t.${last} >= u.${last} and t.${last} <= u.${last} ` +
    `order by t.${last} limit 1) as t`
  )
}

/** A statement and the columns whose arrays it takes, in order. */
export interface Shape {
  readonly text: string
  readonly columns: readonly string[]
}

/** Every text for one table, in one schema. */
export class TableSql {
  readonly #name: string
  readonly #table: AnyTable
  readonly #portable: boolean

  constructor(schema: string, table: AnyTable, portable: boolean) {
    this.#name = `"${schema}"."${table.name}"`
    this.#table = table
    this.#portable = portable
  }

  /** Inserts rows. A taken key is an error, and names no loser: who may lose was asked before or is asked then. */
  insert(): Shape {
    const columns = columnsOf(this.#table)
    const into = `insert into ${this.#name} (${quotedList(columns)})`
    return { text: `${into} select * from ${unnest(this.#table, columns)}`, columns }
  }

  /** Inserts rows of which some may be there. */
  insertMissing(): Shape {
    const { text, columns } = this.insert()
    return { text: `${text} on conflict do nothing`, columns }
  }

  /** Inserts events with the transaction that appended them and their place in it. One more parameter: what to add to its number. */
  insertEvents(): Shape {
    const columns = columnsOf(events)
    const text =
      `insert into ${this.#name} (${quotedList(columns)}, "place", "xact") ` +
      `select *, pg_current_xact_id()::text::bigint + $${columns.length + 1}::bigint from ${unnest(events, columns)} with ordinality`
    return { text, columns }
  }

  /** Inserts jobs, except where one with the same queue and key waits. */
  schedule(): Shape {
    const { text, columns } = this.insert()
    return { text: `${text} on conflict (${quotedList(jobs.unique.key)}) do nothing`, columns }
  }

  /**
   * Replaces rows that still have the version that is expected, all of them. Arrays: the key, the versions expected, the mutable columns;
   * then how many rows there are.
   */
  replace(): Shape {
    const table = this.#table
    const key: readonly string[] = table.key
    const set: readonly string[] = table.mutable
    const columns = [...replaceKey(table), ...set]
    const aliases = [...key.map(quoted), '"expect"', ...set.map((name) => `"new_${name}"`)]
    const sets = set.map((name) => `${quoted(name)} = u."new_${name}"`).join(', ')
    const rows = `${unnest(table, columns)} as u(${aliases.join(', ')})`
    // Found by key first, and then by place (in a partitioned table each part has the same places): there is no other index to be mistaken for the key's, and no way to turn the join around.
    const text = this.#portable
      ? `update ${this.#name} as t set ${sets} from ${rows} where ${equal('t', 'u', key)} and t."version" = u."expect"`
      : `update ${this.#name} as t set ${sets} from (select u.*, t."place", t."part" from ${rows} ` +
        `cross join ${byKey(this.#name, 't.ctid as "place", t.tableoid as "part"', key)}) as u ` +
        `where t.ctid = u."place" and t.tableoid = u."part" and t."version" = u."expect"`
    return { text: exactly(text, columns.length), columns }
  }

  /** Which of the rows, by position from 1, have one of these columns' keys taken. */
  taken(columns: readonly string[]): Shape {
    const text =
      `select u."ord" from ${unnest(this.#table, columns)} with ordinality as u(${quotedList(columns)}, "ord") ` +
      `cross join ${byKey(this.#name, '1', columns)}`
    return { text, columns }
  }

  /** Which of the rows, by position from 1, are not there at the version that is expected. */
  stale(): Shape {
    const columns = replaceKey(this.#table)
    const key: readonly string[] = this.#table.key
    const text =
      `select u."ord" from ${unnest(this.#table, columns)} with ordinality as u(${quotedList(columns)}, "ord") ` +
      `left join ${byKey(this.#name, 't."version"', key)} on true where t."version" is distinct from u."version"`
    return { text, columns }
  }

  /** Which of the jobs, by position from 1, are not leased under the token. */
  unleased(): Shape {
    const text =
      `select u."ord" from ${unnest(jobs, ['id', 'token'])} with ordinality as u("id", "token", "ord") ` +
      `left join ${byKey(this.#name, 't."token"', ['id'])} on true where t."token" is distinct from u."token"`
    return { text, columns: ['id', 'token'] }
  }

  /** Removes jobs that are still leased under their tokens, all of them. One more parameter: how many. */
  finish(): Shape {
    const text =
      `delete from ${this.#name} as t using ${unnest(jobs, ['id', 'token'])} as u("id", "token") ` +
      `where t."id" = u."id" and t."token" = u."token"`
    return { text: exactly(text, 2), columns: ['id', 'token'] }
  }

  /** Releases such jobs to run again, all of them. One more parameter: how many. */
  release(): Shape {
    const text =
      `update ${this.#name} as t set "due" = u."due", "token" = null ` +
      `from ${unnest(jobs, ['id', 'token', 'due'])} as u("id", "token", "due") where t."id" = u."id" and t."token" = u."token"`
    return { text: exactly(text, 3), columns: ['id', 'token', 'due'] }
  }

  /** The rows of keys with their positions from 1; those that are not there are left out. */
  load(): Shape {
    const { select, from, cells } = this.#keyed()
    return {
      text: `${select} ${from} cross join ${byKey(this.#name, cells, this.#table.key)}`,
      columns: this.#table.key,
    }
  }

  /** The same, and locks the rows in the order in which they are given. */
  lock(): Shape {
    const { select, from } = this.#keyed()
    const text = `${select} ${from} join ${this.#name} as t on ${equal('t', 'u', this.#table.key)} order by u."ord" for update of t`
    return { text, columns: this.#table.key }
  }

  /** The same for who needs to know nothing of the rows. */
  hold(): Shape {
    const { text, columns } = this.lock()
    return { text: `with "held" as materialized (${text}) select count(*) from "held"`, columns }
  }

  /** Writes the mutable columns of rows that are locked. */
  update(): Shape {
    const table = this.#table
    const key: readonly string[] = table.key
    const set: readonly string[] = table.mutable
    const columns = [...key, ...set]
    return {
      text:
        `update ${this.#name} as t set ${set.map((name) => `${quoted(name)} = u.${quoted(name)}`).join(', ')} ` +
        `from ${unnest(table, columns)} as u(${quotedList(columns)}) where ${equal('t', 'u', key)}`,
      columns,
    }
  }

  #keyed(): { readonly select: string; readonly from: string; readonly cells: string } {
    const cells = columnsOf(this.#table)
      .map((name) => `t.${quoted(name)}`)
      .join(', ')
    const key: readonly string[] = this.#table.key
    const from = `from ${unnest(this.#table, key)} with ordinality as u(${quotedList(key)}, "ord")`
    return { select: `select ${cells}, u."ord"`, from, cells }
  }
}

/** Notes a batch, and forgets the one before it on this connection, whose end is known. Parameters: this id, that one or null. */
export const noteSql = (schema: string): string =>
  `with "gone" as (delete from "${schema}"."${BATCHES}" where "id" = $2) insert into "${schema}"."${BATCHES}" ("id") values ($1)`

/**
 * Settles what became of a batch whose acknowledgement was lost: waits for its transaction to end, and takes its place if it was not
 * committed, so that it never can be. Parameter: its id.
 */
export const settleSql = (schema: string): string =>
  `insert into "${schema}"."${BATCHES}" ("id", "void") values ($1, true) on conflict do nothing`

/** Whether the batch of this id is one that never was; settling may itself be cut off, and is then asked again. */
export const settledSql = (schema: string): string => `select "void" from "${schema}"."${BATCHES}" where "id" = $1`

/** Forgets batches that no living process asks about any more. */
export const reapSql = (schema: string): string =>
  `delete from "${schema}"."${BATCHES}" where "at" < now() - interval '1 day'`

/** Taken by whoever seals in a commit, so that seals follow each other. */
export const sealLockSql = (schema: string): string =>
  `select "value" from "${schema}"."${STATE}" where "name" = 'seal' for update`

/** The newest seal without the list of its events, which its successor does not depend on. */
export const headSql = (schema: string): string => {
  const cells = ['first', 'size', 'root', 'previous', 'hash', 'at'].map(quoted).join(', ')
  return `select ${cells} from "${schema}"."${seals.name}" where "partition" = $1 order by "first" desc limit 1`
}
