import type pg from 'pg'
import { connectMany, endAll, type Query, run } from './hand-client.ts'
import {
  cellOf,
  type HandColumn,
  type HandPayment,
  type HandRow,
  type HandStep,
  type HandTable,
  type Leg,
  madeOnce,
} from './hand-tables.ts'

/** Arrays, one a column, in the form that the driver makes of them. */
const unnest = (columns: readonly { readonly type: string }[]): string =>
  `unnest(${columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')})`

const list = (columns: readonly HandColumn[]): string => columns.map(({ name }) => `"${name}"`).join(', ')

const insertSql = madeOnce(({ name, columns }: HandTable): string =>
  name === 'events'
    ? `insert into events (${list(columns)}, place, xact) select *, pg_current_xact_id()::text::bigint from ${unnest(columns)} with ordinality`
    : `insert into ${name} (${list(columns)}) select * from ${unnest(columns)}`,
)

const EXPECT: HandColumn = { cell: 'expect', name: 'expect', type: 'bigint' }

const replaceColumns = ({ key, set }: HandTable): readonly HandColumn[] => [...key, EXPECT, ...set]

const replaceSql = madeOnce((table: HandTable): string => {
  const columns = replaceColumns(table)
  const names = columns.map(({ name }, i) => (i <= table.key.length ? `"${name}"` : `"new_${name}"`))
  const sets = table.set.map(({ name }) => `"${name}" = u."new_${name}"`)
  const keys = table.key.map(({ name }) => `t."${name}" = u."${name}"`)
  return `update ${table.name} as t set ${sets.join(', ')} from ${unnest(columns)} as u(${names.join(', ')})
    where ${keys.join(' and ')} and t.version = u.expect`
})

const LEG_TYPES = ['text', 'text', 'text', 'text', 'text', 'text', 'bigint', 'bigint', 'bigint', 'bigint']

/** Locks the accounts in order, books everything upon them, and appends the entries with their versions and balances: one statement. */
const LEDGER = `with leg as (
    select *, row_number() over each as n,
      sum(case when side = 'debit' then posted else 0 end) over each as debits_posted,
      sum(case when side = 'credit' then posted else 0 end) over each as credits_posted,
      sum(case when side = 'debit' then held else 0 end) over each as debits_pending,
      sum(case when side = 'credit' then held else 0 end) over each as credits_pending
    from unnest(${LEG_TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
      with ordinality as u(merchant, account, account_side, transaction, side, phase, amount, posted, held, at, ord)
    window each as (partition by merchant, account order by ord)
  ), last as (
    select distinct on (merchant, account) * from leg order by merchant, account, n desc
  ), locked as materialized (
    select a.* from accounts as a join last using (merchant, account) order by a.merchant, a.account for update of a
  ), booked as (
    update accounts as a set version = a.version + last.n,
      debits_posted = a.debits_posted + last.debits_posted, credits_posted = a.credits_posted + last.credits_posted,
      debits_pending = a.debits_pending + last.debits_pending, credits_pending = a.credits_pending + last.credits_pending
    from last, locked where a.merchant = last.merchant and a.account = last.account
      and locked.merchant = a.merchant and locked.account = a.account
  )
  insert into entries (merchant, account, version, transaction, side, phase, amount, balance, pending, at)
  select leg.merchant, leg.account, l.version + leg.n, leg.transaction, leg.side, leg.phase, leg.amount,
    sign * (l.debits_posted + leg.debits_posted - l.credits_posted - leg.credits_posted),
    sign * (l.debits_pending + leg.debits_pending - l.credits_pending - leg.credits_pending), leg.at
  from leg join locked as l using (merchant, account),
    lateral (select case when leg.account_side = 'debit' then 1 else -1 end as sign) as s`

const ACCOUNTS = `insert into accounts (merchant, account, currency, side, floor, debits_posted, credits_posted, debits_pending, credits_pending, version)
  select distinct *, null::bigint, 0, 0, 0, 0, 0 from unnest($1::text[], $2::text[], $3::text[], $4::text[]) on conflict do nothing`

/** Makes the accounts that the legs name, once, before anything is measured. */
export const openAccounts = async (client: pg.Client, legs: readonly Leg[]): Promise<void> => {
  const values = [
    legs.map(({ merchant }) => merchant),
    legs.map(({ account }) => account),
    legs.map(({ currency }) => currency),
    legs.map(({ accountSide }) => accountSide),
  ]
  await client.query(ACCOUNTS, values)
}

const arrays = (columns: readonly HandColumn[], rows: readonly HandRow[]): unknown[] =>
  columns.map((column) => rows.map((row) => cellOf(column, row)))

const ledgerOf = (legs: readonly Leg[]): Query => ({
  name: 'ledger',
  text: LEDGER,
  values: [
    legs.map(({ merchant }) => merchant),
    legs.map(({ account }) => account),
    legs.map(({ accountSide }) => accountSide),
    legs.map(({ transaction }) => transaction),
    legs.map(({ side }) => side),
    legs.map(({ phase }) => phase),
    legs.map(({ amount }) => amount),
    legs.map(({ posted }) => posted),
    legs.map(({ held }) => held),
    legs.map(({ at }) => at),
  ],
})

/** One statement a table and kind of write, and the ledger last, because its accounts are the rows that every batch wants. */
const queriesOf = (steps: readonly HandStep[]): Query[] => {
  const inserts = new Map<HandTable, HandRow[]>()
  const replaces = new Map<HandTable, HandRow[]>()
  const add = (to: Map<HandTable, HandRow[]>, table: HandTable, row: HandRow): void => {
    const rows = to.get(table)
    if (rows === undefined) to.set(table, [row])
    else rows.push(row)
  }
  const legs: Leg[] = []
  for (const step of steps) {
    for (const { table, row } of step.inserts) add(inserts, table, row)
    for (const { table, row } of step.replaces) add(replaces, table, row)
    legs.push(...step.legs)
  }
  const queries: Query[] = []
  for (const [table, rows] of replaces) {
    queries.push({
      name: `replace ${table.name}`,
      text: replaceSql(table),
      values: arrays(replaceColumns(table), rows),
    })
  }
  for (const [table, rows] of inserts) {
    queries.push({ name: `insert ${table.name}`, text: insertSql(table), values: arrays(table.columns, rows) })
  }
  if (legs.length > 0) queries.push(ledgerOf(legs))
  return queries
}

/**
 * What one would write by hand for payments alone, set-based and pipelined: a transaction is one flight of statements over arrays, on
 * Florin's schema, with the server's durability. It decides nothing: no loser is found, no floor is checked, nothing is encrypted.
 */
export class SetWriter {
  readonly #clients: readonly pg.Client[]

  private constructor(clients: readonly pg.Client[]) {
    this.#clients = clients
  }

  static async open(url: string, schema: string, connections: number): Promise<SetWriter> {
    return new SetWriter(await connectMany(url, schema, connections))
  }

  /** Writes the payments, `batch` a transaction, three transactions one after the other for each batch; every connection takes the next. */
  async write(payments: readonly HandPayment[], batch: number): Promise<void> {
    let next = 0
    const work = async (client: pg.Client): Promise<void> => {
      while (next < payments.length) {
        const some = payments.slice(next, next + batch)
        next += batch
        for (const step of [0, 1, 2] as const) {
          await commit(
            client,
            some.map((payment) => payment[step]),
          )
        }
      }
    }
    await Promise.all(this.#clients.map(work))
  }

  close(): Promise<void> {
    return endAll(this.#clients)
  }
}

const commit = async (client: pg.Client, steps: readonly HandStep[]): Promise<void> => {
  const queries = queriesOf(steps)
  await Promise.all([client.query('begin'), ...queries.map((query) => run(client, query)), client.query('commit')])
}
