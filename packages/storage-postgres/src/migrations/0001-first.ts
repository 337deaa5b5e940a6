import type { Migration } from '@florin/storage-sql'

/** The schema of the first release. */
export const first: Migration = {
  number: 1,
  name: 'first',
  statements: [
    `create table "florin_batches" (
  "id" text collate "C" not null primary key, "void" boolean not null default false,
  "at" timestamptz not null default now()
)`,
    `create function "florin_refuse"() returns trigger language plpgsql as 'begin
  raise exception using message = tg_argv[0], errcode = ''restrict_violation'';
end'`,
    `create table "idempotency_keys" (
  "merchant" text collate "C" not null, "operation" text collate "C" not null, "key" text collate "C" not null,
  "fingerprint" bytea not null, "payment" text collate "C" not null, "created_at" bigint not null,
  "state" text collate "C" not null constraint "idempotency_keys_state" check ("state" in ('open', 'done', 'expired')),
  "result" bytea, "lease_until" bigint not null,
  "version" bigint not null constraint "idempotency_keys_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `alter table "idempotency_keys" add primary key ("merchant", "operation", "key")`,
    `create trigger "idempotency_keys_fixed" before update of "merchant", "operation", "key", "fingerprint", "payment", "created_at" on "idempotency_keys" for each statement execute function "florin_refuse"('idempotency_keys: a column that never changes')`,
    `create trigger "idempotency_keys_kept" before delete or truncate on "idempotency_keys" for each statement execute function "florin_refuse"('idempotency_keys: rows are never deleted')`,
    `create table "payments" (
  "merchant" text collate "C" not null, "id" uuid not null, "reference" text collate "C" not null,
  "round" bigint not null constraint "payments_round" check ("round" >= 0),
  "amount" bigint not null constraint "payments_amount" check ("amount" >= 0),
  "currency" text collate "C" not null,
  "capture" text collate "C" not null constraint "payments_capture" check ("capture" in ('automatic', 'manual')),
  "checkout" uuid, "customer" uuid, "details" bytea not null, "created_at" bigint not null,
  "expires_at" bigint not null,
  "status" text collate "C" not null constraint "payments_status" check ("status" in ('processing', 'requires_action', 'authorized', 'succeeded', 'declined', 'canceled', 'expired')),
  "closed" text collate "C" constraint "payments_closed" check ("closed" in ('canceled', 'expired')),
  "authorized" bigint not null constraint "payments_authorized" check ("authorized" >= 0),
  "captured" bigint not null constraint "payments_captured" check ("captured" >= 0),
  "capture_pending" bigint not null constraint "payments_capture_pending" check ("capture_pending" >= 0),
  "released" bigint not null constraint "payments_released" check ("released" >= 0),
  "refunded" bigint not null constraint "payments_refunded" check ("refunded" >= 0),
  "refund_pending" bigint not null constraint "payments_refund_pending" check ("refund_pending" >= 0),
  "method" json not null, "decline" json, "authorized_until" bigint, "parked_until" bigint,
  "needs_review" text collate "C" constraint "payments_needs_review" check ("needs_review" in ('unresolved', 'overdue', 'reversal', 'reversal_undone', 'orphan_captured', 'capture_failed', 'capture_undone', 'charge_undone', 'authorization_undone', 'refund_undone', 'cancel_undone', 'increment_undone', 'late_success', 'amount_mismatch', 'currency_mismatch', 'over_captured', 'over_refunded', 'captured_after_close')),
  "reviews" bigint not null constraint "payments_reviews" check ("reviews" >= 0), "updated_at" bigint not null,
  "version" bigint not null constraint "payments_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create unique index "payments_reference" on "payments" ("merchant", "reference", "round")`,
    `alter table "payments" add primary key ("merchant", "id")`,
    `create trigger "payments_fixed" before update of "merchant", "id", "reference", "round", "amount", "currency", "capture", "checkout", "customer", "details", "created_at", "expires_at" on "payments" for each statement execute function "florin_refuse"('payments: a column that never changes')`,
    `create trigger "payments_kept" before delete or truncate on "payments" for each statement execute function "florin_refuse"('payments: rows are never deleted')`,
    `create table "payment_winners" (
  "merchant" text collate "C" not null, "payment" uuid not null, "attempt" uuid not null
)`,
    `alter table "payment_winners" add primary key ("merchant", "payment")`,
    `create trigger "payment_winners_frozen" before update on "payment_winners" for each statement execute function "florin_refuse"('payment_winners is append-only')`,
    `create trigger "payment_winners_kept" before delete or truncate on "payment_winners" for each statement execute function "florin_refuse"('payment_winners: rows are never deleted')`,
    `create table "attempts" (
  "merchant" text collate "C" not null, "payment" uuid not null, "id" uuid not null,
  "kind" text collate "C" not null constraint "attempts_kind" check ("kind" in ('authorize', 'sale', 'capture', 'cancel', 'refund', 'increment')),
  "origin" text collate "C" not null constraint "attempts_origin" check ("origin" in ('florin', 'external')),
  "gateway" text collate "C" not null, "account" text collate "C" not null,
  "amount" bigint not null constraint "attempts_amount" check ("amount" >= 0),
  "currency" text collate "C" not null, "parent" uuid, "final" boolean not null, "payment_method" uuid,
  "routing" json, "origination" json, "created_at" bigint not null,
  "state" text collate "C" not null constraint "attempts_state" check ("state" in ('sent', 'pending', 'unknown', 'abandoned', 'applied', 'undone', 'rejected', 'not_sent', 'reversed', 'never_existed')),
  "request" bytea not null, "gateway_id" text collate "C",
  "awaits" text collate "C" constraint "attempts_awaits" check ("awaits" in ('customer', 'gateway')),
  "action" bytea, "decline" json, "applied" bigint constraint "attempts_applied" check ("applied" >= 0),
  "expires_at" bigint, "queue" text collate "C", "due" bigint,
  "tries" bigint not null constraint "attempts_tries" check ("tries" >= 0), "replayed_at" bigint,
  "fact_at" bigint, "updated_at" bigint not null,
  "version" bigint not null constraint "attempts_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "attempts_queue" on "attempts" ("queue", "merchant", "payment", "id") where "queue" is not null`,
    `create index "attempts_id" on "attempts" ("id", "merchant", "payment")`,
    `create index "attempts_method" on "attempts" ("payment_method", "merchant", "id", "payment") where "payment_method" is not null`,
    `alter table "attempts" add primary key ("merchant", "payment", "id")`,
    `create trigger "attempts_fixed" before update of "merchant", "payment", "id", "kind", "origin", "gateway", "account", "amount", "currency", "parent", "final", "payment_method", "routing", "origination", "created_at" on "attempts" for each statement execute function "florin_refuse"('attempts: a column that never changes')`,
    `create trigger "attempts_kept" before delete or truncate on "attempts" for each statement execute function "florin_refuse"('attempts: rows are never deleted')`,
    `create table "gateway_refs" (
  "merchant" text collate "C" not null, "gateway" text collate "C" not null,
  "account" text collate "C" not null, "reference" text collate "C" not null, "attempt" uuid not null,
  "payment" uuid not null,
  "kind" text collate "C" not null constraint "gateway_refs_kind" check ("kind" in ('authorize', 'sale', 'capture', 'cancel', 'refund', 'increment'))
)`,
    `create index "gateway_refs_reference" on "gateway_refs" ("gateway", "account", "reference", "merchant", "attempt")`,
    `alter table "gateway_refs" add primary key ("merchant", "gateway", "account", "reference", "attempt")`,
    `create trigger "gateway_refs_frozen" before update on "gateway_refs" for each statement execute function "florin_refuse"('gateway_refs is append-only')`,
    `create trigger "gateway_refs_kept" before delete or truncate on "gateway_refs" for each statement execute function "florin_refuse"('gateway_refs: rows are never deleted')`,
    `create table "obligations" (
  "merchant" text collate "C" not null, "id" uuid not null, "payment" uuid not null, "attempt" uuid not null,
  "gateway" text collate "C" not null, "created_at" bigint not null, "sure_from" bigint not null,
  "proof" text collate "C" constraint "obligations_proof" check ("proof" in ('voided', 'declined', 'never_existed', 'refunded')),
  "queue" text collate "C", "due" bigint,
  "tries" bigint not null constraint "obligations_tries" check ("tries" >= 0), "needs_review" boolean not null,
  "updated_at" bigint not null,
  "version" bigint not null constraint "obligations_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "obligations_queue" on "obligations" ("queue", "merchant", "payment", "id") where "queue" is not null`,
    `alter table "obligations" add primary key ("merchant", "payment", "id")`,
    `create trigger "obligations_fixed" before update of "merchant", "id", "payment", "attempt", "gateway", "created_at" on "obligations" for each statement execute function "florin_refuse"('obligations: a column that never changes')`,
    `create trigger "obligations_kept" before delete or truncate on "obligations" for each statement execute function "florin_refuse"('obligations: rows are never deleted')`,
    `create table "reviews" (
  "merchant" text collate "C" not null, "payment" uuid not null,
  "number" bigint not null constraint "reviews_number" check ("number" >= 0),
  "reason" text collate "C" not null constraint "reviews_reason" check ("reason" in ('unresolved', 'overdue', 'reversal', 'reversal_undone', 'orphan_captured', 'capture_failed', 'capture_undone', 'charge_undone', 'authorization_undone', 'refund_undone', 'cancel_undone', 'increment_undone', 'late_success', 'amount_mismatch', 'currency_mismatch', 'over_captured', 'over_refunded', 'captured_after_close')),
  "opened_at" bigint not null, "open_for" text collate "C",
  "action" text collate "C" constraint "reviews_action" check ("action" in ('acknowledge', 'retry_now', 'did_not_happen', 'voided')),
  "note" bytea, "by" text collate "C", "closed_at" bigint,
  "version" bigint not null constraint "reviews_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "reviews_open" on "reviews" ("open_for", "opened_at", "merchant", "payment", "number") where "open_for" is not null`,
    `create index "reviews_reason" on "reviews" ("open_for", "reason", "opened_at", "merchant", "payment", "number") where "open_for" is not null`,
    `alter table "reviews" add primary key ("merchant", "payment", "number")`,
    `create trigger "reviews_fixed" before update of "merchant", "payment", "number", "reason", "opened_at" on "reviews" for each statement execute function "florin_refuse"('reviews: a column that never changes')`,
    `create trigger "reviews_kept" before delete or truncate on "reviews" for each statement execute function "florin_refuse"('reviews: rows are never deleted')`,
    `create table "checkouts" (
  "merchant" text collate "C" not null, "id" uuid not null, "payment" uuid not null,
  "reference" text collate "C" not null, "created_at" bigint not null
)`,
    `alter table "checkouts" add primary key ("merchant", "id")`,
    `create trigger "checkouts_frozen" before update on "checkouts" for each statement execute function "florin_refuse"('checkouts is append-only')`,
    `create trigger "checkouts_kept" before delete or truncate on "checkouts" for each statement execute function "florin_refuse"('checkouts: rows are never deleted')`,
    `create table "allocations" (
  "merchant" text collate "C" not null, "payment" uuid not null, "id" uuid not null,
  "seller" text collate "C" not null, "reference" text collate "C" not null,
  "round" bigint not null constraint "allocations_round" check ("round" >= 0),
  "amount" bigint not null constraint "allocations_amount" check ("amount" >= 0),
  "captured" bigint not null constraint "allocations_captured" check ("captured" >= 0),
  "capture_pending" bigint not null constraint "allocations_capture_pending" check ("capture_pending" >= 0),
  "refunded" bigint not null constraint "allocations_refunded" check ("refunded" >= 0),
  "refund_pending" bigint not null constraint "allocations_refund_pending" check ("refund_pending" >= 0),
  "version" bigint not null constraint "allocations_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create unique index "allocations_reference" on "allocations" ("merchant", "seller", "reference", "round")`,
    `alter table "allocations" add primary key ("merchant", "payment", "id")`,
    `create trigger "allocations_fixed" before update of "merchant", "payment", "id", "seller", "reference", "round", "amount" on "allocations" for each statement execute function "florin_refuse"('allocations: a column that never changes')`,
    `create trigger "allocations_kept" before delete or truncate on "allocations" for each statement execute function "florin_refuse"('allocations: rows are never deleted')`,
    `create table "shares" (
  "merchant" text collate "C" not null, "payment" uuid not null, "attempt" uuid not null,
  "allocation" uuid not null, "amount" bigint not null constraint "shares_amount" check ("amount" >= 0)
)`,
    `alter table "shares" add primary key ("merchant", "payment", "attempt", "allocation")`,
    `create trigger "shares_frozen" before update on "shares" for each statement execute function "florin_refuse"('shares is append-only')`,
    `create trigger "shares_kept" before delete or truncate on "shares" for each statement execute function "florin_refuse"('shares: rows are never deleted')`,
    `create table "refunds" (
  "merchant" text collate "C" not null, "payment" uuid not null, "id" uuid not null, "attempt" uuid not null,
  "amount" bigint not null constraint "refunds_amount" check ("amount" >= 0),
  "currency" text collate "C" not null, "reason" bytea, "created_at" bigint not null,
  "state" text collate "C" not null constraint "refunds_state" check ("state" in ('pending', 'succeeded', 'failed')),
  "updated_at" bigint not null, "version" bigint not null constraint "refunds_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `alter table "refunds" add primary key ("merchant", "payment", "id")`,
    `create trigger "refunds_fixed" before update of "merchant", "payment", "id", "attempt", "amount", "currency", "reason", "created_at" on "refunds" for each statement execute function "florin_refuse"('refunds: a column that never changes')`,
    `create trigger "refunds_kept" before delete or truncate on "refunds" for each statement execute function "florin_refuse"('refunds: rows are never deleted')`,
    `create table "customers" (
  "merchant" text collate "C" not null, "id" uuid not null, "created_at" bigint not null,
  "details" bytea not null, "email_index" text collate "C", "updated_at" bigint not null,
  "version" bigint not null constraint "customers_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "customers_email" on "customers" ("email_index", "merchant", "id") where "email_index" is not null`,
    `alter table "customers" add primary key ("merchant", "id")`,
    `create trigger "customers_fixed" before update of "merchant", "id", "created_at" on "customers" for each statement execute function "florin_refuse"('customers: a column that never changes')`,
    `create trigger "customers_kept" before delete or truncate on "customers" for each statement execute function "florin_refuse"('customers: rows are never deleted')`,
    `create table "payment_methods" (
  "merchant" text collate "C" not null, "id" uuid not null, "customer" uuid not null,
  "created_at" bigint not null, "summary" json not null, "tokens" bytea not null, "detached" boolean not null,
  "updated_at" bigint not null,
  "version" bigint not null constraint "payment_methods_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "payment_methods_customer" on "payment_methods" ("merchant", "customer", "id")`,
    `alter table "payment_methods" add primary key ("merchant", "id")`,
    `create trigger "payment_methods_fixed" before update of "merchant", "id", "customer", "created_at" on "payment_methods" for each statement execute function "florin_refuse"('payment_methods: a column that never changes')`,
    `create trigger "payment_methods_kept" before delete or truncate on "payment_methods" for each statement execute function "florin_refuse"('payment_methods: rows are never deleted')`,
    `create table "webhook_inbox" (
  "gateway" text collate "C" not null, "account" text collate "C" not null, "digest" text collate "C" not null,
  "id" uuid not null, "size" bigint not null constraint "webhook_inbox_size" check ("size" >= 0),
  "received_at" bigint not null,
  "state" text collate "C" not null constraint "webhook_inbox_state" check ("state" in ('waiting', 'processed', 'ignored', 'dead', 'quarantined')),
  "queue" text collate "C", "due" bigint not null,
  "tries" bigint not null constraint "webhook_inbox_tries" check ("tries" >= 0), "note" text collate "C",
  "droppable" bigint, "version" bigint not null constraint "webhook_inbox_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "webhook_inbox_id" on "webhook_inbox" ("id", "gateway", "account", "digest")`,
    `create index "webhook_inbox_due" on "webhook_inbox" ("queue", "due", "gateway", "account", "digest") where "queue" is not null`,
    `create index "webhook_inbox_state" on "webhook_inbox" ("state", "received_at", "gateway", "account", "digest")`,
    `create index "webhook_inbox_place" on "webhook_inbox" ("gateway", "account", "received_at", "digest")`,
    `create index "webhook_inbox_droppable" on "webhook_inbox" ("droppable", "gateway", "account", "digest") where "droppable" is not null`,
    `alter table "webhook_inbox" add primary key ("gateway", "account", "digest")`,
    `create trigger "webhook_inbox_fixed" before update of "gateway", "account", "digest", "id", "size", "received_at" on "webhook_inbox" for each statement execute function "florin_refuse"('webhook_inbox: a column that never changes')`,
    `create trigger "webhook_inbox_kept" before delete or truncate on "webhook_inbox" for each statement execute function "florin_refuse"('webhook_inbox: rows are never deleted')`,
    `create table "webhook_bodies" (
  "id" uuid not null, "delivery" bytea,
  "version" bigint not null constraint "webhook_bodies_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `alter table "webhook_bodies" add primary key ("id")`,
    `create trigger "webhook_bodies_fixed" before update of "id" on "webhook_bodies" for each statement execute function "florin_refuse"('webhook_bodies: a column that never changes')`,
    `create trigger "webhook_bodies_kept" before delete or truncate on "webhook_bodies" for each statement execute function "florin_refuse"('webhook_bodies: rows are never deleted')`,
    `create table "webhook_evidence" (
  "gateway" text collate "C" not null, "account" text collate "C" not null,
  "slot" bigint not null constraint "webhook_evidence_slot" check ("slot" >= 0), "id" uuid not null,
  "digest" text collate "C" not null,
  "size" bigint not null constraint "webhook_evidence_size" check ("size" >= 0), "received_at" bigint not null,
  "times" bigint not null constraint "webhook_evidence_times" check ("times" >= 0),
  "note" text collate "C" not null, "delivery" bytea,
  "state" text collate "C" not null constraint "webhook_evidence_state" check ("state" in ('rejected', 'released', 'dropped')),
  "version" bigint not null constraint "webhook_evidence_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "webhook_evidence_id" on "webhook_evidence" ("id", "gateway", "account", "slot")`,
    `create index "webhook_evidence_state" on "webhook_evidence" ("state", "received_at", "gateway", "account", "slot")`,
    `alter table "webhook_evidence" add primary key ("gateway", "account", "slot")`,
    `create trigger "webhook_evidence_fixed" before update of "gateway", "account", "slot" on "webhook_evidence" for each statement execute function "florin_refuse"('webhook_evidence: a column that never changes')`,
    `create trigger "webhook_evidence_kept" before delete or truncate on "webhook_evidence" for each statement execute function "florin_refuse"('webhook_evidence: rows are never deleted')`,
    `create table "servers" (
  "seat" text collate "C" not null, "holder" text collate "C" not null, "at" bigint not null,
  "news" json not null, "version" bigint not null constraint "servers_version" check ("version" >= 0)
) with (fillfactor = 75)`,
    `create index "servers_at" on "servers" ("at", "seat")`,
    `alter table "servers" add primary key ("seat")`,
    `create trigger "servers_fixed" before update of "seat" on "servers" for each statement execute function "florin_refuse"('servers: a column that never changes')`,
    `create trigger "servers_kept" before delete or truncate on "servers" for each statement execute function "florin_refuse"('servers: rows are never deleted')`,
    `create table "ledger_transactions" (
  "merchant" text collate "C" not null, "reference" text collate "C" not null,
  "subject" text collate "C" not null, "type" text collate "C" not null, "postings" json not null,
  "metadata" json, "effective_at" bigint not null, "recorded_at" bigint not null, "digest" bytea not null
)`,
    `create index "ledger_transactions_subject" on "ledger_transactions" ("merchant", "subject", "reference")`,
    `alter table "ledger_transactions" add primary key ("merchant", "reference")`,
    `create trigger "ledger_transactions_frozen" before update on "ledger_transactions" for each statement execute function "florin_refuse"('ledger_transactions is append-only')`,
    `create trigger "ledger_transactions_kept" before delete or truncate on "ledger_transactions" for each statement execute function "florin_refuse"('ledger_transactions: rows are never deleted')`,
    `create table "events" (
  "merchant" text collate "C" not null, "subject" text collate "C" not null,
  "version" bigint not null constraint "events_version" check ("version" >= 0), "id" uuid not null,
  "type" text collate "C" not null, "v" bigint not null constraint "events_v" check ("v" >= 0),
  "at" bigint not null, "data" json not null, "ledger" bytea, "digest" bytea not null, "xact" bigint,
  "place" integer
)`,
    `create index "events_unsealed" on "events" ("xact", "place") where "xact" is not null`,
    `alter table "events" add primary key ("merchant", "subject", "version")`,
    `create trigger "events_frozen" before update on "events" for each statement execute function "florin_refuse"('events is append-only')`,
    `create trigger "events_kept" before delete or truncate on "events" for each statement execute function "florin_refuse"('events: rows are never deleted')`,
    `create table "seals" (
  "partition" bigint not null constraint "seals_partition" check ("partition" >= 0),
  "first" bigint not null constraint "seals_first" check ("first" >= 0),
  "size" bigint not null constraint "seals_size" check ("size" >= 0), "events" json not null,
  "root" bytea not null, "previous" bytea not null, "hash" bytea not null, "at" bigint not null
)`,
    `alter table "seals" add primary key ("partition", "first")`,
    `create trigger "seals_frozen" before update on "seals" for each statement execute function "florin_refuse"('seals is append-only')`,
    `create trigger "seals_kept" before delete or truncate on "seals" for each statement execute function "florin_refuse"('seals: rows are never deleted')`,
    `create table "jobs" (
  "id" uuid not null, "queue" text collate "C" not null, "key" text collate "C" not null,
  "merchant" text collate "C" not null, "payload" json not null, "due" bigint not null,
  "token" text collate "C", "tries" bigint not null constraint "jobs_tries" check ("tries" >= 0)
) with (fillfactor = 75)`,
    `create unique index "jobs_key" on "jobs" ("queue", "key")`,
    `create index "jobs_due" on "jobs" ("queue", "due", "id")`,
    `alter table "jobs" add primary key ("id")`,
    `create trigger "jobs_fixed" before update of "id", "queue", "key", "merchant", "payload" on "jobs" for each statement execute function "florin_refuse"('jobs: a column that never changes')`,
    `create table "accounts" (
  "merchant" text collate "C" not null, "account" text collate "C" not null,
  "currency" text collate "C" not null,
  "side" text collate "C" not null constraint "accounts_side" check ("side" in ('debit', 'credit')),
  "floor" bigint, "debits_posted" bigint not null, "credits_posted" bigint not null,
  "debits_pending" bigint not null, "credits_pending" bigint not null,
  "version" bigint not null constraint "accounts_version" check ("version" >= 0)
) with (fillfactor = 50)`,
    `alter table "accounts" add primary key ("merchant", "account")`,
    `create trigger "accounts_fixed" before update of "merchant", "account", "currency", "side", "floor" on "accounts" for each statement execute function "florin_refuse"('accounts: a column that never changes')`,
    `create trigger "accounts_kept" before delete or truncate on "accounts" for each statement execute function "florin_refuse"('accounts: rows are never deleted')`,
    `create table "entries" (
  "merchant" text collate "C" not null, "account" text collate "C" not null,
  "version" bigint not null constraint "entries_version" check ("version" >= 0),
  "transaction" text collate "C" not null,
  "side" text collate "C" not null constraint "entries_side" check ("side" in ('debit', 'credit')),
  "phase" text collate "C" not null constraint "entries_phase" check ("phase" in ('posted', 'pending', 'settled', 'voided')),
  "amount" bigint not null, "balance" bigint not null, "pending" bigint not null, "at" bigint not null
)`,
    `alter table "entries" add primary key ("merchant", "account", "version")`,
    `create trigger "entries_frozen" before update on "entries" for each statement execute function "florin_refuse"('entries is append-only')`,
    `create trigger "entries_kept" before delete or truncate on "entries" for each statement execute function "florin_refuse"('entries: rows are never deleted')`,
  ],
}
