import { type EventRow, type SealRow, sealEvents } from '@florin/core/storage'
import Database from 'better-sqlite3'
import type { Lifecycle } from './lifecycle.ts'

type Cells = Readonly<Record<string, unknown>>
type Statement = Database.Statement<unknown[]>

/**
 * What one would write by hand for payments alone: a prepared statement per thing to do, rows passed cell by cell, one transaction a
 * step, the schema and the durability being Florin's. It decides nothing: no loser is found, no floor is checked.
 */
export class HandWriter {
  readonly #db: Database.Database
  readonly #statements: ReturnType<typeof prepare>
  #head: SealRow | undefined

  /** `file` has Florin's schema and nobody else is using it. */
  constructor(file: string) {
    this.#db = new Database(file)
    this.#db.pragma('journal_mode = wal')
    this.#db.pragma('synchronous = full')
    this.#statements = prepare(this.#db)
  }

  /** Commits one step (0, 1 or 2) of some payments. */
  commit(step: 0 | 1 | 2, payments: readonly Lifecycle[]): void {
    const { begin, commit, seal } = this.#statements
    begin.run()
    const events: EventRow[] = []
    for (const { changes } of payments) this.#write(changes[step], events)
    for (const row of sealEvents(this.#head, 0, 0, events)) {
      seal.run(row.partition, row.first, row.size, JSON.stringify(row.events), row.root, row.previous, row.hash, row.at)
      this.#head = row
    }
    commit.run()
  }

  close(): void {
    this.#db.close()
  }

  #write({ guards, effects }: Lifecycle['changes'][number], events: EventRow[]): void {
    for (const op of guards) {
      if (op.op === 'post') this.#post(op)
      else if (op.op === 'claim') this.#insert(op.table.name, op.row)
      else if (op.op === 'replace') this.#replace(op.table.name, op.key, op.expect, op.set)
    }
    for (const op of effects) {
      if (op.op !== 'append') continue
      this.#insert(op.table.name, op.row)
      if (op.table.name === 'events') events.push(op.row as EventRow)
    }
  }

  #post(op: Extract<Lifecycle['changes'][number]['guards'][number], { op: 'post' }>): void {
    const { account, entry } = this.#statements
    for (const { debit, credit, amount, currency, phase } of op.postings) {
      for (const [side, ref] of [
        ['debit', debit],
        ['credit', credit],
      ] as const) {
        const posted = phase === 'posted' || phase === 'settled' ? amount : 0n
        const pending = phase === 'pending' ? amount : phase === 'posted' ? 0n : -amount
        const debits = side === 'debit'
        const now = account.get(
          op.merchant,
          ref.account,
          currency,
          ref.side,
          debits ? posted : 0n,
          debits ? 0n : posted,
          debits ? pending : 0n,
          debits ? 0n : pending,
        ) as readonly [number, number, number, number, number]
        const sign = ref.side === 'debit' ? 1 : -1
        entry.run(
          op.merchant,
          ref.account,
          now[4],
          op.transaction,
          side,
          phase,
          amount,
          (now[0] - now[1]) * sign,
          (now[2] - now[3]) * sign,
          op.at,
        )
      }
    }
  }

  #insert(table: string, r: Cells): void {
    const s = this.#statements
    switch (table) {
      case 'idempotency_keys':
        s.key.run(
          r.merchant,
          r.operation,
          r.key,
          r.fingerprint,
          r.payment,
          r.createdAt,
          r.state,
          r.result,
          r.leaseUntil,
          r.version,
        )
        return
      case 'payments':
        s.payment.run(
          r.merchant,
          r.id,
          r.reference,
          r.round,
          r.amount,
          r.currency,
          r.capture,
          r.checkout,
          r.customer,
          r.details,
          r.createdAt,
          r.expiresAt,
          r.status,
          r.closed,
          r.authorized,
          r.captured,
          r.capturePending,
          r.released,
          r.refunded,
          r.refundPending,
          JSON.stringify(r.method),
          r.decline,
          r.authorizedUntil,
          r.needsReview,
          r.updatedAt,
          r.version,
        )
        return
      case 'attempts':
        s.attempt.run(
          r.merchant,
          r.payment,
          r.id,
          r.kind,
          r.origin,
          r.gateway,
          r.account,
          r.amount,
          r.currency,
          r.parent,
          r.final ? 1 : 0,
          r.routing,
          r.createdAt,
          r.state,
          r.request,
          r.gatewayId,
          r.awaits,
          r.action,
          r.decline,
          r.applied,
          r.expiresAt,
          r.due,
          r.tries,
          r.updatedAt,
          r.version,
        )
        return
      case 'payment_winners':
        s.winner.run(r.merchant, r.payment, r.attempt)
        return
      case 'gateway_refs':
        s.ref.run(r.merchant, r.gateway, r.account, r.reference, r.attempt, r.payment, r.kind)
        return
      case 'ledger_transactions':
        s.transaction.run(
          r.merchant,
          r.reference,
          r.subject,
          r.type,
          JSON.stringify(r.postings),
          r.metadata,
          r.effectiveAt,
          r.recordedAt,
          r.digest,
        )
        return
      case 'events':
        s.event.run(
          r.merchant,
          r.subject,
          r.version,
          r.id,
          r.type,
          r.v,
          r.at,
          JSON.stringify(r.data),
          r.ledger,
          r.digest,
        )
        return
      default:
        throw new Error(`nothing is written by hand to ${table}`)
    }
  }

  #replace(table: string, k: Cells, expect: number, r: Cells): void {
    const s = this.#statements
    switch (table) {
      case 'idempotency_keys':
        s.setKey.run(r.state, r.result, r.leaseUntil, r.version, k.merchant, k.operation, k.key, expect)
        return
      case 'payments':
        s.setPayment.run(
          r.status,
          r.closed,
          r.authorized,
          r.captured,
          r.capturePending,
          r.released,
          r.refunded,
          r.refundPending,
          JSON.stringify(r.method),
          r.decline,
          r.authorizedUntil,
          r.needsReview,
          r.updatedAt,
          r.version,
          k.merchant,
          k.id,
          expect,
        )
        return
      case 'attempts':
        s.setAttempt.run(
          r.state,
          r.request,
          r.gatewayId,
          r.awaits,
          r.action,
          r.decline,
          r.applied,
          r.expiresAt,
          r.due,
          r.tries,
          r.updatedAt,
          r.version,
          k.merchant,
          k.payment,
          k.id,
          expect,
        )
        return
      default:
        throw new Error(`nothing is replaced by hand in ${table}`)
    }
  }
}

const prepare = (db: Database.Database) => {
  const insert = (table: string, columns: string): Statement => {
    const names = columns.split(' ').map((name) => `"${name}"`)
    return db.prepare<unknown[]>(`insert into ${table} (${names.join(',')}) values (${names.map(() => '?').join(',')})`)
  }
  const update = (table: string, set: string, key: string): Statement => {
    const sets = set.split(' ').map((name) => `"${name}" = ?`)
    const keys = [...key.split(' '), 'version'].map((name) => `"${name}" = ?`)
    return db.prepare<unknown[]>(`update ${table} set ${sets.join(',')} where ${keys.join(' and ')}`)
  }
  return {
    begin: db.prepare<unknown[]>('begin immediate'),
    commit: db.prepare<unknown[]>('commit'),
    key: insert(
      'idempotency_keys',
      'merchant operation key fingerprint payment created_at state result lease_until version',
    ),
    setKey: update('idempotency_keys', 'state result lease_until version', 'merchant operation key'),
    payment: insert(
      'payments',
      'merchant id reference round amount currency capture checkout customer details created_at expires_at status closed authorized captured capture_pending released refunded refund_pending method decline authorized_until needs_review updated_at version',
    ),
    setPayment: update(
      'payments',
      'status closed authorized captured capture_pending released refunded refund_pending method decline authorized_until needs_review updated_at version',
      'merchant id',
    ),
    attempt: insert(
      'attempts',
      'merchant payment id kind origin gateway account amount currency parent final routing created_at state request gateway_id awaits action decline applied expires_at due tries updated_at version',
    ),
    setAttempt: update(
      'attempts',
      'state request gateway_id awaits action decline applied expires_at due tries updated_at version',
      'merchant payment id',
    ),
    winner: insert('payment_winners', 'merchant payment attempt'),
    ref: insert('gateway_refs', 'merchant gateway account reference attempt payment kind'),
    transaction: insert(
      'ledger_transactions',
      'merchant reference subject type postings metadata effective_at recorded_at digest',
    ),
    event: insert('events', 'merchant subject version id type v at data ledger digest'),
    seal: insert('seals', 'partition first size events root previous hash at'),
    entry: insert('entries', 'merchant account version transaction side phase amount balance pending at'),
    account: db
      .prepare<unknown[]>(
        `insert into accounts values (?, ?, ?, ?, null, ?, ?, ?, ?, 1) on conflict do update set debits_posted = debits_posted + excluded.debits_posted,
         credits_posted = credits_posted + excluded.credits_posted, debits_pending = debits_pending + excluded.debits_pending,
         credits_pending = credits_pending + excluded.credits_pending, version = version + 1
         returning debits_posted, credits_posted, debits_pending, credits_pending, version`,
      )
      .raw(true),
  }
}
