import type pg from 'pg'
import { connectMany, endAll, run } from './hand-client.ts'
import { cellOf, type HandPayment, type HandStep, type HandTable, type Leg, madeOnce } from './hand-tables.ts'

const insertSql = madeOnce(({ name, columns }: HandTable): string => {
  const names = columns.map((column) => `"${column.name}"`)
  const values = columns.map((_, i) => `$${i + 1}`)
  if (name !== 'events') return `insert into ${name} (${names.join(', ')}) values (${values.join(', ')})`
  return `insert into events (${names.join(', ')}, place, xact) values (${values.join(', ')}, 1, pg_current_xact_id()::text::bigint)`
})

const replaceSql = madeOnce(({ name, key, set }: HandTable): string => {
  const sets = set.map((column, i) => `"${column.name}" = $${i + 1}`)
  const keys = key.map((column, i) => `"${column.name}" = $${set.length + i + 1}`)
  return `update ${name} set ${sets.join(', ')} where ${keys.join(' and ')} and version = $${set.length + key.length + 1}`
})

const LOCK = 'select * from accounts where merchant = $1 and account = any($2) order by account for update'
const ACCOUNT = `update accounts set version = $3, debits_posted = $4, credits_posted = $5, debits_pending = $6, credits_pending = $7
  where merchant = $1 and account = $2`
const ENTRY =
  'insert into entries (merchant, account, version, transaction, side, phase, amount, balance, pending, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)'

/** An account while a step is booked upon it. */
interface Balance {
  readonly side: string
  version: bigint
  readonly posted: Record<'debit' | 'credit', bigint>
  readonly held: Record<'debit' | 'credit', bigint>
}

const balanceOf = (row: Record<string, string>): Balance => ({
  side: String(row.side),
  version: BigInt(row.version ?? 0),
  posted: { debit: BigInt(row.debits_posted ?? 0), credit: BigInt(row.credits_posted ?? 0) },
  held: { debit: BigInt(row.debits_pending ?? 0), credit: BigInt(row.credits_pending ?? 0) },
})

/** Locks the accounts in order, writes an entry a leg, then the accounts. */
const book = async (client: pg.Client, legs: readonly Leg[]): Promise<void> => {
  const merchant = legs[0]?.merchant
  const names = [...new Set(legs.map(({ account }) => account))].sort()
  const { rows } = await run(client, { name: 'lock', text: LOCK, values: [merchant, names] })
  const balances = new Map(rows.map((row: Record<string, string>) => [row.account, balanceOf(row)]))
  for (const leg of legs) {
    const now = balances.get(leg.account) as Balance
    now.version += 1n
    now.posted[leg.side] += leg.posted
    now.held[leg.side] += leg.held
    const sign = now.side === 'debit' ? 1n : -1n
    const balance = sign * (now.posted.debit - now.posted.credit)
    const pending = sign * (now.held.debit - now.held.credit)
    const values = [
      leg.merchant,
      leg.account,
      now.version,
      leg.transaction,
      leg.side,
      leg.phase,
      leg.amount,
      balance,
      pending,
      leg.at,
    ]
    await run(client, { name: 'entry', text: ENTRY, values })
  }
  for (const [account, { version, posted, held }] of balances) {
    const values = [merchant, account, version, posted.debit, posted.credit, held.debit, held.credit]
    await run(client, { name: 'account', text: ACCOUNT, values })
  }
}

/** One step of one payment: a transaction, a row a statement, each awaited, the ledger last so that its accounts are held shortest. */
const commit = async (client: pg.Client, { inserts, replaces, legs }: HandStep): Promise<void> => {
  await client.query('begin')
  for (const { table, row } of replaces) {
    const values = [...[...table.set, ...table.key].map((column) => cellOf(column, row)), row.expect]
    await run(client, { name: `replace ${table.name}`, text: replaceSql(table), values })
  }
  for (const { table, row } of inserts) {
    const values = table.columns.map((column) => cellOf(column, row))
    await run(client, { name: `insert ${table.name}`, text: insertSql(table), values })
  }
  if (legs.length > 0) await book(client, legs)
  await client.query('commit')
}

/** What most applications do: every payment's step is a transaction of its own, row by row with prepared statements. */
export class RowWriter {
  readonly #clients: readonly pg.Client[]

  private constructor(clients: readonly pg.Client[]) {
    this.#clients = clients
  }

  static async open(url: string, schema: string, connections: number): Promise<RowWriter> {
    return new RowWriter(await connectMany(url, schema, connections))
  }

  /** Writes the payments, each on one connection, three transactions one after the other. */
  async write(payments: readonly HandPayment[]): Promise<void> {
    let next = 0
    const work = async (client: pg.Client): Promise<void> => {
      for (let payment = payments[next++]; payment !== undefined; payment = payments[next++]) {
        for (const step of payment) await commit(client, step)
      }
    }
    await Promise.all(this.#clients.map(work))
  }

  close(): Promise<void> {
    return endAll(this.#clients)
  }
}
