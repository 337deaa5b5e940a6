import type { Change, Posting } from '@florin/core/storage'
import type { Lifecycle } from '../storage/lifecycle.ts'

/** A row as the hand-written writers hold it: ids are UUIDs already, and everything else is what Florin has. */
export type HandRow = Readonly<Record<string, unknown>>

/** A column: what it is called in a row and in the database, and its type there. */
export interface HandColumn {
  readonly cell: string
  readonly name: string
  readonly type: string
}

/** One table, by hand. */
export interface HandTable {
  readonly name: string
  readonly columns: readonly HandColumn[]
  readonly key: readonly HandColumn[]
  readonly set: readonly HandColumn[]
}

const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

const columnsOf = (text: string): readonly HandColumn[] =>
  text
    .trim()
    .split(/\s+/)
    .map((one) => {
      const [name = '', type = 'text'] = one.split(':')
      return { cell: camel(name), name, type }
    })

/** `fixed` begins with the key, which is as long as `keyed` says; `mutable` is what a step replaces. */
const table = (name: string, keyed: number, fixed: string, mutable = ''): HandTable => {
  const set = mutable === '' ? [] : columnsOf(mutable)
  const columns = [...columnsOf(fixed), ...set]
  return { name, columns, key: columns.slice(0, keyed), set }
}

/** What a payment writes to besides accounts, entries and seals, in the order in which every batch takes its locks. */
export const HAND_TABLES: readonly HandTable[] = [
  table(
    'idempotency_keys',
    3,
    'merchant operation key fingerprint:bytea payment created_at:bigint',
    'state result:bytea lease_until:bigint version:bigint',
  ),
  table(
    'payments',
    2,
    `merchant id:uuid reference round:bigint amount:bigint currency capture checkout:uuid customer:uuid details:bytea
     created_at:bigint expires_at:bigint settle:json`,
    `status closed authorized:bigint captured:bigint capture_pending:bigint released:bigint refunded:bigint
     refund_pending:bigint disputed:bigint dispute_state refunds:bigint method:json decline:json converted:bigint
     authorized_until:bigint parked_until:bigint needs_review reviews:bigint updated_at:bigint version:bigint`,
  ),
  table('payment_winners', 2, 'merchant payment:uuid attempt:uuid'),
  table(
    'attempts',
    3,
    `merchant payment:uuid id:uuid kind origin gateway account amount:bigint currency parent:uuid final:boolean
     payment_method:uuid routing:json origination:json created_at:bigint`,
    `state request:bytea gateway_id awaits action:bytea decline:json applied:bigint expires_at:bigint queue due:bigint
     tries:bigint replayed_at:bigint fact_at:bigint updated_at:bigint version:bigint`,
  ),
  table('gateway_refs', 5, 'merchant gateway account reference attempt:uuid payment:uuid kind'),
  table(
    'ledger_transactions',
    2,
    'merchant reference subject type postings:json metadata:json effective_at:bigint recorded_at:bigint digest:bytea',
  ),
  table(
    'events',
    3,
    'merchant subject version:bigint id:uuid type v:bigint at:bigint data:json ledger:bytea digest:bytea',
  ),
]

const TABLES = new Map(HAND_TABLES.map((one) => [one.name, one]))

/** One side of a posting. */
export interface Leg {
  readonly merchant: string
  readonly account: string
  readonly accountSide: 'debit' | 'credit'
  readonly currency: string
  readonly transaction: string
  readonly side: 'debit' | 'credit'
  readonly phase: string
  readonly amount: bigint
  readonly posted: bigint
  readonly held: bigint
  readonly at: number
}

/** What one payment's step writes, ready for a statement. */
export interface HandStep {
  readonly inserts: readonly { readonly table: HandTable; readonly row: HandRow }[]
  readonly replaces: readonly { readonly table: HandTable; readonly row: HandRow }[]
  readonly legs: readonly Leg[]
}

export type HandPayment = readonly [HandStep, HandStep, HandStep]

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** The UUID that an id's 26 digits of base 32 spell. */
const uuidOf = (id: string): string => {
  let value = 0n
  for (const digit of id.slice(-26)) value = value * 32n + BigInt(DIGITS.indexOf(digit))
  return value.toString(16).padStart(32, '0')
}

/** The names of a row, with ids as UUIDs and JSON as text: whoever writes by hand has them so. */
const handRow = (columns: readonly HandColumn[], row: HandRow): HandRow =>
  Object.fromEntries(
    columns.map(({ cell, type }) => {
      const value = row[cell] ?? null
      return [cell, type === 'uuid' && value !== null ? uuidOf(String(value)) : value]
    }),
  )

const tableOf = (name: string): HandTable => {
  const found = TABLES.get(name)
  if (found === undefined) throw new Error(`a payment writes to '${name}', which the hand-written side does not know`)
  return found
}

const legsOf = (merchant: string, transaction: string, at: number, postings: readonly Posting[]): Leg[] =>
  postings.flatMap(({ debit, credit, amount, currency, phase }) => {
    const posted = phase === 'posted' || phase === 'settled' ? amount : 0n
    const held = phase === 'pending' ? amount : phase === 'posted' ? 0n : -amount
    const same = { merchant, transaction, at, currency, phase, amount, posted, held }
    return [
      { ...same, account: debit.account, accountSide: debit.side, side: 'debit' },
      { ...same, account: credit.account, accountSide: credit.side, side: 'credit' },
    ] satisfies Leg[]
  })

const stepOf = ({ guards, effects }: Change): HandStep => {
  const inserts: { table: HandTable; row: HandRow }[] = []
  const replaces: { table: HandTable; row: HandRow }[] = []
  const legs: Leg[] = []
  for (const op of [...guards, ...effects]) {
    if (op.op === 'post') legs.push(...legsOf(op.merchant, op.transaction, op.at, op.postings))
    else if (op.op === 'claim' || op.op === 'append') {
      const table = tableOf(op.table.name)
      inserts.push({ table, row: handRow(table.columns, op.row as HandRow) })
    } else if (op.op === 'replace') {
      const table = tableOf(op.table.name)
      const row = handRow([...table.key, ...table.set], { ...(op.key as HandRow), ...(op.set as HandRow) })
      replaces.push({ table, row: { ...row, expect: op.expect } })
    } else throw new Error(`a payment does '${op.op}', which the hand-written side does not know`)
  }
  return { inserts, replaces, legs }
}

/** The steps of payments, made beforehand: the hand-written side's time is that of writing alone. */
export const handPayments = (payments: readonly Lifecycle[]): readonly HandPayment[] =>
  payments.map(({ changes: [a, b, c] }) => [stepOf(a), stepOf(b), stepOf(c)])

/** A cell as the driver takes it. */
export const cellOf = (column: HandColumn, row: HandRow): unknown => {
  const value = row[column.cell]
  return column.type === 'json' && value !== null ? JSON.stringify(value) : value
}

/** A statement's text for a table, put together when it is first needed. */
export const madeOnce = (make: (table: HandTable) => string): ((table: HandTable) => string) => {
  const made = new Map<HandTable, string>()
  return (table) => {
    const known = made.get(table) ?? make(table)
    made.set(table, known)
    return known
  }
}
