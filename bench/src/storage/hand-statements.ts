import type Database from 'better-sqlite3'

export type Cells = Readonly<Record<string, unknown>>
export type Statement = Database.Statement<unknown[]>
type Insert = (statement: Statement, r: Cells) => void
type Replace = (statement: Statement, k: Cells, expect: number, r: Cells) => void

/** One table, by hand: its columns, and what passes a row cell by cell. */
export interface HandTable {
  readonly columns: string
  readonly insert: Insert
  readonly update?: { readonly set: string; readonly key: string; readonly replace: Replace }
}

// biome-ignore format: a row a line is how one would write, and can check, this
const insertKey: Insert = (s, r) => void s.run(
  r.merchant, r.operation, r.key, r.fingerprint, r.payment, r.createdAt, r.state, r.result, r.leaseUntil, r.version)

// biome-ignore format: as above
const replaceKey: Replace = (s, k, expect, r) => void s.run(
  r.state, r.result, r.leaseUntil, r.version, k.merchant, k.operation, k.key, expect)

// biome-ignore format: as above
const insertPayment: Insert = (s, r) => void s.run(
  r.merchant, r.id, r.reference, r.round, r.amount, r.currency, r.capture, r.checkout, r.customer, r.details, r.createdAt, r.expiresAt,
  json(r.settle), r.status, r.closed, r.authorized, r.captured, r.capturePending, r.released, r.refunded, r.refundPending, r.disputed,
  r.disputeState, r.refunds, JSON.stringify(r.method), json(r.decline), r.converted, r.authorizedUntil,
  r.parkedUntil, r.needsReview, r.reviews, r.updatedAt, r.version)

// biome-ignore format: as above
const replacePayment: Replace = (s, k, expect, r) => void s.run(
  r.status, r.closed, r.authorized, r.captured, r.capturePending, r.released, r.refunded, r.refundPending, r.disputed,
  r.disputeState, r.refunds, JSON.stringify(r.method), json(r.decline), r.converted, r.authorizedUntil,
  r.parkedUntil, r.needsReview, r.reviews, r.updatedAt, r.version, k.merchant, k.id, expect)

// biome-ignore format: as above
const insertAttempt: Insert = (s, r) => void s.run(
  r.merchant, r.payment, r.id, r.kind, r.origin, r.gateway, r.account, r.amount, r.currency, r.parent, r.final ? 1 : 0,
  r.paymentMethod, json(r.routing), json(r.origination), r.createdAt, r.state, r.request, r.gatewayId, r.awaits, r.action,
  json(r.decline), r.applied, r.expiresAt, r.queue, r.due, r.tries, r.replayedAt, r.factAt, r.updatedAt, r.version)

// biome-ignore format: as above
const replaceAttempt: Replace = (s, k, expect, r) => void s.run(
  r.state, r.request, r.gatewayId, r.awaits, r.action, json(r.decline), r.applied, r.expiresAt, r.queue, r.due, r.tries,
  r.replayedAt, r.factAt, r.updatedAt, r.version, k.merchant, k.payment, k.id, expect)

// biome-ignore format: as above
const insertTransaction: Insert = (s, r) => void s.run(
  r.merchant, r.reference, r.subject, r.type, JSON.stringify(r.postings), json(r.metadata), r.effectiveAt, r.recordedAt, r.digest)

// biome-ignore format: as above
const insertEvent: Insert = (s, r) => void s.run(
  r.merchant, r.subject, r.version, r.id, r.type, r.v, r.at, JSON.stringify(r.data), r.ledger, r.digest)

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** What the hand-written writer knows how to write. */
export const HAND_TABLES: Readonly<Record<string, HandTable>> = {
  idempotency_keys: {
    columns: 'merchant operation key fingerprint payment created_at state result lease_until version',
    insert: insertKey,
    update: { set: 'state result lease_until version', key: 'merchant operation key', replace: replaceKey },
  },
  payments: {
    columns:
      'merchant id reference round amount currency capture checkout customer details created_at expires_at settle status closed authorized captured capture_pending released refunded refund_pending disputed dispute_state refunds method decline converted authorized_until parked_until needs_review reviews updated_at version',
    insert: insertPayment,
    update: {
      set: 'status closed authorized captured capture_pending released refunded refund_pending disputed dispute_state refunds method decline converted authorized_until parked_until needs_review reviews updated_at version',
      key: 'merchant id',
      replace: replacePayment,
    },
  },
  attempts: {
    columns:
      'merchant payment id kind origin gateway account amount currency parent final payment_method routing origination created_at state request gateway_id awaits action decline applied expires_at queue due tries replayed_at fact_at updated_at version',
    insert: insertAttempt,
    update: {
      set: 'state request gateway_id awaits action decline applied expires_at queue due tries replayed_at fact_at updated_at version',
      key: 'merchant payment id',
      replace: replaceAttempt,
    },
  },
  payment_winners: {
    columns: 'merchant payment attempt',
    insert: (s, r) => void s.run(r.merchant, r.payment, r.attempt),
  },
  gateway_refs: {
    columns: 'merchant gateway account reference attempt payment kind',
    insert: (s, r) => void s.run(r.merchant, r.gateway, r.account, r.reference, r.attempt, r.payment, r.kind),
  },
  ledger_transactions: {
    columns: 'merchant reference subject type postings metadata effective_at recorded_at digest',
    insert: insertTransaction,
  },
  events: { columns: 'merchant subject version id type v at data ledger digest', insert: insertEvent },
}

export const insertSql = (table: string, columns: string): string => {
  const names = columns.split(' ').map((name) => `"${name}"`)
  return `insert into ${table} (${names.join(',')}) values (${names.map(() => '?').join(',')})`
}

export const updateSql = (table: string, set: string, key: string): string => {
  const sets = set.split(' ').map((name) => `"${name}" = ?`)
  const keys = [...key.split(' '), 'version'].map((name) => `"${name}" = ?`)
  return `update ${table} set ${sets.join(',')} where ${keys.join(' and ')}`
}

export const ACCOUNT_SQL = `insert into accounts values (?, ?, ?, ?, null, ?, ?, ?, ?, 1) on conflict do update set
  debits_posted = debits_posted + excluded.debits_posted, credits_posted = credits_posted + excluded.credits_posted,
  debits_pending = debits_pending + excluded.debits_pending, credits_pending = credits_pending + excluded.credits_pending,
  version = version + 1
  returning debits_posted, credits_posted, debits_pending, credits_pending, version`
