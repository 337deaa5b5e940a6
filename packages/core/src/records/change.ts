import type { AnyTable, Contended, Key, Mutable, Row } from './table.ts'

declare const made: unique symbol
/** Only the makers below produce ops, so a storage may trust every cell. */
interface Made {
  readonly [made]: true
}
type Cells = Readonly<Record<string, unknown>>

/**
 * How a posting moves its amount. `posted` is final at once; `pending` is a hold; `settled` turns a hold (or part of one) final;
 * `voided` releases a hold (or part of one).
 */
export type Phase = 'posted' | 'pending' | 'settled' | 'voided'

/** The account of one side of a posting; created by its first posting. */
export interface AccountRef {
  /** Path within the merchant's partition, currency last: `gateway/sandbox/main/receivable/EUR`. */
  readonly account: string
  readonly side: 'debit' | 'credit'
  /** The balance on its normal side, holds against it included, may not go below this. Null: no floor. */
  readonly floor: bigint | null
}

/** Moves a positive amount from one account to another, so that every transaction balances by construction. */
export interface Posting {
  readonly debit: AccountRef
  readonly credit: AccountRef
  readonly amount: bigint
  readonly currency: string
  readonly phase: Phase
}

/** Inserts a row whose keys others may hold. */
export interface ClaimOp {
  readonly op: 'claim'
  readonly table: AnyTable
  readonly row: Cells
}
/** Writes the mutable columns of a row that still has version `expect`. */
export interface ReplaceOp {
  readonly op: 'replace'
  readonly table: AnyTable
  readonly key: Cells
  readonly expect: number
  readonly set: Cells
}
/** Books a ledger transaction's postings. Loses with `floor` if an account that has one would end below it. */
export interface PostOp {
  readonly op: 'post'
  readonly merchant: string
  /** The transaction that these postings belong to (its row is claimed in the same change). */
  readonly transaction: string
  readonly at: number
  readonly postings: readonly Posting[]
}
/** Ends a leased job: removes it, or, with `again`, releases it to run once more at that instant. */
export interface FinishOp {
  readonly op: 'finish'
  readonly id: string
  readonly token: string
  readonly again: number | null
}
/** Inserts a row under a fresh key. */
export interface AppendOp {
  readonly op: 'append'
  readonly table: AnyTable
  readonly row: Cells
}
/** Inserts a durable timer; one with the same key that is still waiting stays as it is. */
export interface ScheduleOp {
  readonly op: 'schedule'
  readonly row: Cells
}

/** Ops that can lose: to another caller's key, another version, a floor, a stolen lease. A storage decides all of them first. */
export type Guard = Made & (ClaimOp | ReplaceOp | PostOp | FinishOp)
/** Ops that cannot lose once the guards hold. */
export type Effect = Made & (AppendOp | ScheduleOp)

/** Atomic: every guard holds and every effect is durable, or nothing happened. Guards are decided in the order given. */
export interface Change {
  readonly guards: readonly Guard[]
  readonly effects: readonly Effect[]
}

const op = <T>(value: T): T & Made => value as T & Made

/** Inserts a row whose keys others may hold: loses with `duplicate`. */
export const claim = <T extends AnyTable>(table: Contended<T>, row: NoInfer<Row<T>>): Guard =>
  op({ op: 'claim', table, row })

/**
 * Writes all mutable columns of a row that still has version `expect`: loses with `version`, also when there is no such row. Tables
 * without a version to compare are append-only, or (jobs) have ops of their own.
 */
export const replace = <T extends AnyTable>(
  table: 'version' extends T['mutable'][number] ? T : never,
  key: NoInfer<Key<T>>,
  expect: number,
  set: NoInfer<Mutable<T>>,
): Guard => op({ op: 'replace', table, key, expect, set })

/** Books postings under a transaction of the merchant. */
export const post = (
  merchant: string,
  transaction: string,
  at: number,
  postings: readonly [Posting, ...Posting[]] | readonly Posting[],
): Guard => op({ op: 'post', merchant, transaction, at, postings })

/** Ends a leased job, or releases it for another run: loses with `lease` when the lease was taken over. */
export const finish = (job: { readonly id: string; readonly token: string }, again: number | null = null): Guard =>
  op({ op: 'finish', id: job.id, token: job.token, again })

/** Inserts a row with a fresh key into a table that has no key to lose. */
export const append = <T extends AnyTable>(
  table: T['contended'] extends true ? never : T,
  row: NoInfer<Row<T>>,
): Effect => op({ op: 'append', table, row })

/** Inserts a durable timer; where one with the same queue and key is waiting, that one stays. `row` is a row of `jobs`. */
export const scheduleOp = (row: Cells): Effect => op({ op: 'schedule', row })
