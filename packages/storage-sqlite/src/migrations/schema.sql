create index "attempts_id" on "attempts" ("id");

create index "attempts_method" on "attempts" ("payment_method", "merchant", "id") where "payment_method" is not null;

create index "attempts_queue" on "attempts" ("queue") where "queue" is not null;

create index "breaks_open" on "breaks" ("open", "opened_at") where "open" is not null;

create index "breaks_owner" on "breaks" ("owner", "opened_at") where "owner" is not null;

create index "breaks_source" on "breaks" ("source", "opened_at");

create index "customers_email" on "customers" ("email_index", "merchant", "id") where "email_index" is not null;

create index "disputes_payment" on "disputes" ("merchant", "payment", "id");

create index "disputes_state" on "disputes" ("merchant", "state", "id");

create index "disputes_told" on "disputes" ("gateway", "account", "reference");

create index "gateway_batches_name" on "gateway_batches" ("batch");

create index "gateway_batches_waiting" on "gateway_batches" ("waiting", "currency", "value_at") where "waiting" is not null;

create index "gateway_refs_reference" on "gateway_refs" ("gateway", "account", "reference");

create index "jobs_due" on "jobs" ("queue", "due");

create index "ledger_transactions_subject" on "ledger_transactions" ("merchant", "subject", "reference");

create index "obligations_queue" on "obligations" ("queue") where "queue" is not null;

create index "payment_methods_customer" on "payment_methods" ("merchant", "customer", "id");

create index "payout_destinations_owner" on "payout_destinations" ("merchant", "owner", "id");

create index "payout_files_id" on "payout_files" ("id");

create index "payouts_file" on "payouts" ("file", "id") where "file" is not null;

create index "payouts_id" on "payouts" ("id");

create index "payouts_owner" on "payouts" ("merchant", "owner", "id");

create index "payouts_payment" on "payouts" ("payment", "id") where "payment" is not null;

create index "payouts_review" on "payouts" ("review_for", "id") where "review_for" is not null;

create index "payouts_waiting" on "payouts" ("waiting", "merchant", "id") where "waiting" is not null;

create index "reconciliation_runs_place" on "reconciliation_runs" ("source", "started_at");

create index "refunds_id" on "refunds" ("merchant", "id");

create index "refunds_open" on "refunds" ("open_for", "id") where "open_for" is not null;

create index "reviews_open" on "reviews" ("open_for", "opened_at") where "open_for" is not null;

create index "reviews_reason" on "reviews" ("open_for", "reason", "opened_at") where "open_for" is not null;

create index "servers_at" on "servers" ("at");

create index "settlements_state" on "settlements" ("merchant", "state", "id");

create index "webhook_evidence_id" on "webhook_evidence" ("id");

create index "webhook_evidence_state" on "webhook_evidence" ("state", "received_at");

create index "webhook_inbox_droppable" on "webhook_inbox" ("droppable") where "droppable" is not null;

create index "webhook_inbox_due" on "webhook_inbox" ("queue", "due") where "queue" is not null;

create index "webhook_inbox_id" on "webhook_inbox" ("id");

create index "webhook_inbox_place" on "webhook_inbox" ("gateway", "account", "received_at");

create index "webhook_inbox_state" on "webhook_inbox" ("state", "received_at");

create table "accounts" (
  "merchant" text not null, "account" text not null, "currency" text not null,
  "side" text not null constraint "accounts_side" check ("side" in ('debit', 'credit')), "floor" integer,
  "debits_posted" integer not null, "credits_posted" integer not null, "debits_pending" integer not null,
  "credits_pending" integer not null,
  "version" integer not null constraint "accounts_version" check ("version" >= 0),
  primary key ("merchant", "account")
) strict, without rowid;

create table "allocations" (
  "merchant" text not null, "payment" text not null, "id" text not null, "seller" text not null,
  "reference" text not null, "round" integer not null constraint "allocations_round" check ("round" >= 0),
  "amount" integer not null constraint "allocations_amount" check ("amount" >= 0),
  "captured" integer not null constraint "allocations_captured" check ("captured" >= 0),
  "capture_pending" integer not null constraint "allocations_capture_pending" check ("capture_pending" >= 0),
  "refunded" integer not null constraint "allocations_refunded" check ("refunded" >= 0),
  "refund_pending" integer not null constraint "allocations_refund_pending" check ("refund_pending" >= 0),
  "version" integer not null constraint "allocations_version" check ("version" >= 0),
  primary key ("merchant", "payment", "id")
) strict, without rowid;

create table "attempts" (
  "merchant" text not null, "payment" text not null, "id" text not null,
  "kind" text not null constraint "attempts_kind" check ("kind" in ('authorize', 'sale', 'capture', 'cancel', 'refund', 'increment')),
  "origin" text not null constraint "attempts_origin" check ("origin" in ('florin', 'external')),
  "gateway" text not null, "account" text not null,
  "amount" integer not null constraint "attempts_amount" check ("amount" >= 0), "currency" text not null,
  "parent" text, "final" integer not null constraint "attempts_final" check ("final" in (0, 1)),
  "payment_method" text, "routing" text, "origination" text, "created_at" integer not null,
  "state" text not null constraint "attempts_state" check ("state" in ('sent', 'pending', 'unknown', 'abandoned', 'applied', 'undone', 'rejected', 'not_sent', 'reversed', 'never_existed')),
  "request" blob not null, "gateway_id" text,
  "awaits" text constraint "attempts_awaits" check ("awaits" in ('customer', 'gateway')), "action" blob,
  "decline" text, "applied" integer constraint "attempts_applied" check ("applied" >= 0), "expires_at" integer,
  "queue" text, "due" integer, "tries" integer not null constraint "attempts_tries" check ("tries" >= 0),
  "replayed_at" integer, "fact_at" integer, "updated_at" integer not null,
  "version" integer not null constraint "attempts_version" check ("version" >= 0),
  primary key ("merchant", "payment", "id")
) strict, without rowid;

create table "breaks" (
  "id" text not null, "source" text not null, "about" text not null,
  "kind" text not null constraint "breaks_kind" check ("kind" in ('missing_here', 'missing_there', 'amount_differs', 'duplicate', 'inconsistent')),
  "merchant" text not null, "opened_at" integer not null, "open" text,
  "state" text not null constraint "breaks_state" check ("state" in ('open', 'assigned', 'resolved', 'ignored')),
  "owner" text, "currency" text, "ours" integer, "theirs" integer, "line" text, "attempt" text, "payment" text,
  "why" text not null, "suggestion" text, "resolution" text, "note" blob, "updated_at" integer not null,
  "version" integer not null constraint "breaks_version" check ("version" >= 0), primary key ("id")
) strict, without rowid;

create table "checkouts" (
  "merchant" text not null, "id" text not null, "payment" text not null, "reference" text not null,
  "created_at" integer not null, primary key ("merchant", "id")
) strict, without rowid;

create table "customers" (
  "merchant" text not null, "id" text not null, "created_at" integer not null, "details" blob not null,
  "email_index" text, "updated_at" integer not null,
  "version" integer not null constraint "customers_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "dispute_acts" (
  "merchant" text not null, "dispute" text not null, "id" text not null,
  "kind" text not null constraint "dispute_acts_kind" check ("kind" in ('accept_dispute', 'submit_evidence')),
  "stage" text not null constraint "dispute_acts_stage" check ("stage" in ('inquiry', 'chargeback', 'pre_arbitration')),
  "by" text not null constraint "dispute_acts_by" check ("by" in ('caller', 'policy')),
  "fingerprint" blob not null, "created_at" integer not null,
  "state" text not null constraint "dispute_acts_state" check ("state" in ('sending', 'applied', 'rejected', 'superseded')),
  "step" integer not null constraint "dispute_acts_step" check ("step" >= 0),
  "tries" integer not null constraint "dispute_acts_tries" check ("tries" >= 0), "code" text,
  "request" blob not null, "updated_at" integer not null,
  "version" integer not null constraint "dispute_acts_version" check ("version" >= 0),
  primary key ("merchant", "dispute", "id")
) strict, without rowid;

create table "dispute_evidence" (
  "merchant" text not null, "dispute" text not null, "id" text not null,
  "of" text not null constraint "dispute_evidence_of" check ("of" in ('text', 'file')), "name" text not null,
  "size" integer not null constraint "dispute_evidence_size" check ("size" >= 0), "digest" blob not null,
  "added_at" integer not null, "content" blob not null, primary key ("merchant", "dispute", "id")
) strict, without rowid;

create table "disputes" (
  "merchant" text not null, "id" text not null, "payment" text not null, "attempt" text not null,
  "gateway" text not null, "account" text not null, "reference" text not null, "currency" text not null,
  "owners" text not null, "created_at" integer not null,
  "state" text not null constraint "disputes_state" check ("state" in ('inquiry', 'opened', 'evidence_due', 'evidence_submitted', 'pre_arbitration', 'won', 'lost', 'accepted')),
  "stage" text not null constraint "disputes_stage" check ("stage" in ('inquiry', 'chargeback', 'pre_arbitration')),
  "report" text not null constraint "disputes_report" check ("report" in ('opened', 'withdrawn', 'under_review', 'reinstated', 'won', 'lost', 'accepted', 'expired')),
  "report_stage" text not null constraint "disputes_report_stage" check ("report_stage" in ('inquiry', 'chargeback', 'pre_arbitration')),
  "amount" integer not null constraint "disputes_amount" check ("amount" >= 0), "reason" text not null,
  "network" text, "evidence_due_at" integer,
  "withdrawn" integer constraint "disputes_withdrawn" check ("withdrawn" >= 0),
  "reinstated" integer constraint "disputes_reinstated" check ("reinstated" >= 0), "told" text not null,
  "foreign" integer not null constraint "disputes_foreign" check ("foreign" in (0, 1)),
  "taken" integer not null constraint "disputes_taken" check ("taken" >= 0),
  "withheld" integer not null constraint "disputes_withheld" check ("withheld" >= 0),
  "lost" integer not null constraint "disputes_lost" check ("lost" >= 0), "gateway_fee" integer not null,
  "merchant_fee" integer not null constraint "disputes_merchant_fee" check ("merchant_fee" >= 0), "act" text,
  "updated_at" integer not null,
  "version" integer not null constraint "disputes_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "entries" (
  "merchant" text not null, "account" text not null,
  "version" integer not null constraint "entries_version" check ("version" >= 0), "transaction" text not null,
  "side" text not null constraint "entries_side" check ("side" in ('debit', 'credit')),
  "phase" text not null constraint "entries_phase" check ("phase" in ('posted', 'pending', 'settled', 'voided')),
  "amount" integer not null, "balance" integer not null, "pending" integer not null, "at" integer not null,
  primary key ("merchant", "account", "version")
) strict, without rowid;

create table "events" (
  "merchant" text not null, "subject" text not null,
  "version" integer not null constraint "events_version" check ("version" >= 0), "id" text not null,
  "type" text not null, "v" integer not null constraint "events_v" check ("v" >= 0), "at" integer not null,
  "data" text not null, "ledger" blob, "digest" blob not null, primary key ("merchant", "subject", "version")
) strict, without rowid;

create table "fee_schedules" (
  "merchant" text not null,
  "version" integer not null constraint "fee_schedules_version" check ("version" >= 0), "id" text not null,
  "effective_from" integer not null, "schedule" text not null, "by" text, "created_at" integer not null,
  primary key ("merchant", "version")
) strict, without rowid;

create table "fx_hedges" (
  "merchant" text not null, "pair" text not null,
  "state" text not null constraint "fx_hedges_state" check ("state" in ('within', 'exceeded')),
  "position" integer not null, "updated_at" integer not null,
  "version" integer not null constraint "fx_hedges_version" check ("version" >= 0),
  primary key ("merchant", "pair")
) strict, without rowid;

create table "fx_quotes" (
  "merchant" text not null, "id" text not null,
  "sold" integer not null constraint "fx_quotes_sold" check ("sold" >= 0), "sold_currency" text not null,
  "bought" integer not null constraint "fx_quotes_bought" check ("bought" >= 0),
  "bought_currency" text not null, "mid_rate" text not null, "rate" text not null, "spread" text not null,
  "fee" integer not null constraint "fx_quotes_fee" check ("fee" >= 0), "fee_percent" text not null,
  "rounding" text not null, "source" text not null, "as_of" integer not null, "created_at" integer not null,
  "expires_at" integer not null,
  "state" text not null constraint "fx_quotes_state" check ("state" in ('open', 'used')), "used_for" text,
  "used_at" integer, "version" integer not null constraint "fx_quotes_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "gateway_batch_parts" (
  "source" text not null, "batch" text not null, "currency" text not null, "merchant" text not null,
  "net" integer not null,
  "version" integer not null constraint "gateway_batch_parts_version" check ("version" >= 0),
  primary key ("source", "batch", "currency", "merchant")
) strict, without rowid;

create table "gateway_batches" (
  "source" text not null, "batch" text not null, "currency" text not null, "waiting" text,
  "lines" integer not null constraint "gateway_batches_lines" check ("lines" >= 0), "net" integer not null,
  "paid" integer, "remainder" integer not null, "value_at" integer not null, "bank" text, "bank_line" text,
  "version" integer not null constraint "gateway_batches_version" check ("version" >= 0),
  primary key ("source", "batch", "currency")
) strict, without rowid;

create table "gateway_refs" (
  "merchant" text not null, "gateway" text not null, "account" text not null, "reference" text not null,
  "attempt" text not null, "payment" text not null,
  "kind" text not null constraint "gateway_refs_kind" check ("kind" in ('authorize', 'sale', 'capture', 'cancel', 'refund', 'increment')),
  primary key ("merchant", "gateway", "account", "reference", "attempt")
) strict, without rowid;

create table "idempotency_keys" (
  "merchant" text not null, "operation" text not null, "key" text not null, "fingerprint" blob not null,
  "payment" text not null, "created_at" integer not null,
  "state" text not null constraint "idempotency_keys_state" check ("state" in ('open', 'done', 'expired')),
  "result" blob, "lease_until" integer not null,
  "version" integer not null constraint "idempotency_keys_version" check ("version" >= 0),
  primary key ("merchant", "operation", "key")
) strict, without rowid;

create table "jobs" (
  "id" text not null, "queue" text not null, "key" text not null, "merchant" text not null,
  "payload" text not null, "due" integer not null, "token" text,
  "tries" integer not null constraint "jobs_tries" check ("tries" >= 0), primary key ("id")
) strict, without rowid;

create table "late_matches" (
  "source" text not null, "settles" text not null, "line" text not null, "at" integer not null,
  primary key ("source", "settles")
) strict, without rowid;

create table "ledger_transactions" (
  "merchant" text not null, "reference" text not null, "subject" text not null, "type" text not null,
  "postings" text not null, "metadata" text, "effective_at" integer not null, "recorded_at" integer not null,
  "digest" blob not null, primary key ("merchant", "reference")
) strict, without rowid;

create table "obligations" (
  "merchant" text not null, "id" text not null, "payment" text not null, "attempt" text not null,
  "gateway" text not null, "created_at" integer not null, "sure_from" integer not null,
  "proof" text constraint "obligations_proof" check ("proof" in ('voided', 'declined', 'never_existed', 'refunded')),
  "queue" text, "due" integer, "tries" integer not null constraint "obligations_tries" check ("tries" >= 0),
  "needs_review" integer not null constraint "obligations_needs_review" check ("needs_review" in (0, 1)),
  "updated_at" integer not null,
  "version" integer not null constraint "obligations_version" check ("version" >= 0),
  primary key ("merchant", "payment", "id")
) strict, without rowid;

create table "odd_lines" (
  "source" text not null, "id" text not null,
  "line" integer not null constraint "odd_lines_line" check ("line" >= 0),
  "kind" text not null constraint "odd_lines_kind" check ("kind" in ('capture', 'capture_undone', 'refund', 'refund_undone', 'dispute', 'dispute_won', 'fee', 'payout', 'payout_undone', 'transfer', 'adjustment', 'bank_credit', 'bank_debit')),
  "currency" text not null, "gross" integer not null, "fee" integer, "net" integer not null, "batch" text,
  "occurred_at" integer not null, "value_at" integer not null, "rest" text not null,
  "result" text not null constraint "odd_lines_result" check ("result" in ('matched', 'booked', 'timing', 'amount_differs', 'missing_here', 'duplicate')),
  "merchant" text not null, "version" integer not null constraint "odd_lines_version" check ("version" >= 0),
  primary key ("source", "id")
) strict, without rowid;

create table "payment_methods" (
  "merchant" text not null, "id" text not null, "customer" text not null, "created_at" integer not null,
  "summary" text not null, "tokens" blob not null,
  "detached" integer not null constraint "payment_methods_detached" check ("detached" in (0, 1)),
  "updated_at" integer not null,
  "version" integer not null constraint "payment_methods_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "payment_winners" (
  "merchant" text not null, "payment" text not null, "attempt" text not null,
  primary key ("merchant", "payment")
) strict, without rowid;

create table "payments" (
  "merchant" text not null, "id" text not null, "reference" text not null,
  "round" integer not null constraint "payments_round" check ("round" >= 0),
  "amount" integer not null constraint "payments_amount" check ("amount" >= 0), "currency" text not null,
  "capture" text not null constraint "payments_capture" check ("capture" in ('automatic', 'manual')),
  "checkout" text, "customer" text, "details" blob not null, "created_at" integer not null,
  "expires_at" integer not null,
  "status" text not null constraint "payments_status" check ("status" in ('processing', 'requires_action', 'authorized', 'succeeded', 'declined', 'canceled', 'expired')),
  "closed" text constraint "payments_closed" check ("closed" in ('canceled', 'expired')),
  "authorized" integer not null constraint "payments_authorized" check ("authorized" >= 0),
  "captured" integer not null constraint "payments_captured" check ("captured" >= 0),
  "capture_pending" integer not null constraint "payments_capture_pending" check ("capture_pending" >= 0),
  "released" integer not null constraint "payments_released" check ("released" >= 0),
  "refunded" integer not null constraint "payments_refunded" check ("refunded" >= 0),
  "refund_pending" integer not null constraint "payments_refund_pending" check ("refund_pending" >= 0),
  "disputed" integer not null constraint "payments_disputed" check ("disputed" >= 0),
  "dispute_state" text not null constraint "payments_dispute_state" check ("dispute_state" in ('none', 'inquiry', 'open', 'won', 'lost')),
  "refunds" integer not null constraint "payments_refunds" check ("refunds" >= 0), "method" text not null,
  "decline" text, "settle" text, "converted" integer not null, "authorized_until" integer,
  "parked_until" integer,
  "needs_review" text constraint "payments_needs_review" check ("needs_review" in ('unresolved', 'overdue', 'reversal', 'reversal_undone', 'orphan_captured', 'capture_failed', 'capture_undone', 'charge_undone', 'authorization_undone', 'refund_undone', 'cancel_undone', 'increment_undone', 'late_success', 'amount_mismatch', 'currency_mismatch', 'over_captured', 'over_refunded', 'captured_after_close')),
  "reviews" integer not null constraint "payments_reviews" check ("reviews" >= 0),
  "updated_at" integer not null,
  "version" integer not null constraint "payments_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "payout_destinations" (
  "merchant" text not null, "id" text not null, "owner" text not null, "created_at" integer not null,
  "summary" text not null, "details" blob not null,
  "removed" integer not null constraint "payout_destinations_removed" check ("removed" in (0, 1)),
  "updated_at" integer not null,
  "version" integer not null constraint "payout_destinations_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "payout_files" (
  "merchant" text not null, "id" text not null, "reference" text not null, "rail" text not null,
  "payouts" integer not null constraint "payout_files_payouts" check ("payouts" >= 0), "batches" text not null,
  "name" text not null, "content_type" text not null, "body" blob not null, "digest" blob not null,
  "created_at" integer not null, primary key ("merchant", "id")
) strict, without rowid;

create table "payouts" (
  "merchant" text not null, "id" text not null, "reference" text not null, "digest" blob not null,
  "owner" text not null, "amount" integer not null constraint "payouts_amount" check ("amount" >= 0),
  "currency" text not null, "destination" text not null, "summary" text not null,
  "purpose" text not null constraint "payouts_purpose" check ("purpose" in ('payout', 'refund')),
  "payment" text, "rail" text not null,
  "form" text not null constraint "payouts_form" check ("form" in ('api', 'file')), "bank" text not null,
  "order" blob not null, "created_at" integer not null,
  "state" text not null constraint "payouts_state" check ("state" in ('created', 'approved', 'submitted', 'unknown', 'processing', 'paid', 'failed', 'returned', 'canceled')),
  "waiting" text, "file" text, "rail_id" text, "code" text, "note" blob, "sent_at" integer,
  "needs_review" integer not null constraint "payouts_needs_review" check ("needs_review" in (0, 1)),
  "review_for" text, "updated_at" integer not null,
  "version" integer not null constraint "payouts_version" check ("version" >= 0), primary key ("merchant", "id")
) strict, without rowid;

create table "reconciliation_places" (
  "check" text not null,
  "position" integer not null constraint "reconciliation_places_position" check ("position" >= 0),
  "updated_at" integer not null,
  "version" integer not null constraint "reconciliation_places_version" check ("version" >= 0),
  primary key ("check")
) strict, without rowid;

create table "reconciliation_runs" (
  "id" text not null, "source" text not null, "digest" text not null, "format" text not null,
  "bytes" integer not null constraint "reconciliation_runs_bytes" check ("bytes" >= 0),
  "started_at" integer not null,
  "state" text not null constraint "reconciliation_runs_state" check ("state" in ('running', 'completed', 'failed')),
  "place" integer not null constraint "reconciliation_runs_place" check ("place" >= 0), "counts" text not null,
  "sums" text not null, "malformed" text not null, "failure" text, "ended_at" integer,
  "told" integer not null constraint "reconciliation_runs_told" check ("told" >= 0),
  "updated_at" integer not null,
  "version" integer not null constraint "reconciliation_runs_version" check ("version" >= 0), primary key ("id")
) strict, without rowid;

create table "reconciliation_sources" (
  "source" text not null, "merchant" text not null, "tolerated_amount" integer not null,
  "tolerated_days" integer not null constraint "reconciliation_sources_tolerated_days" check ("tolerated_days" >= 0),
  "closes_after_days" integer not null constraint "reconciliation_sources_closes_after_days" check ("closes_after_days" >= 0),
  "covered_until" integer, "swept_until" integer,
  "late_matches" integer not null constraint "reconciliation_sources_late_matches" check ("late_matches" >= 0),
  "updated_at" integer not null,
  "version" integer not null constraint "reconciliation_sources_version" check ("version" >= 0),
  primary key ("source")
) strict, without rowid;

create table "refunds" (
  "merchant" text not null, "payment" text not null, "id" text not null,
  "amount" integer not null constraint "refunds_amount" check ("amount" >= 0), "currency" text not null,
  "reason" blob, "payout" text, "parts" text, "because" text, "expires_at" integer, "origination" text,
  "created_at" integer not null, "attempt" text,
  "state" text not null constraint "refunds_state" check ("state" in ('requested', 'approved', 'denied', 'expired', 'processing', 'succeeded', 'failed')),
  "open_for" text, "decided_by" text, "decision" blob, "decided_at" integer, "updated_at" integer not null,
  "version" integer not null constraint "refunds_version" check ("version" >= 0),
  primary key ("merchant", "payment", "id")
) strict, without rowid;

create table "reviews" (
  "merchant" text not null, "payment" text not null,
  "number" integer not null constraint "reviews_number" check ("number" >= 0),
  "reason" text not null constraint "reviews_reason" check ("reason" in ('unresolved', 'overdue', 'reversal', 'reversal_undone', 'orphan_captured', 'capture_failed', 'capture_undone', 'charge_undone', 'authorization_undone', 'refund_undone', 'cancel_undone', 'increment_undone', 'late_success', 'amount_mismatch', 'currency_mismatch', 'over_captured', 'over_refunded', 'captured_after_close')),
  "opened_at" integer not null, "open_for" text,
  "action" text constraint "reviews_action" check ("action" in ('acknowledge', 'retry_now', 'did_not_happen', 'voided')),
  "note" blob, "by" text, "closed_at" integer,
  "version" integer not null constraint "reviews_version" check ("version" >= 0),
  primary key ("merchant", "payment", "number")
) strict, without rowid;

create table "seals" (
  "partition" integer not null constraint "seals_partition" check ("partition" >= 0),
  "first" integer not null constraint "seals_first" check ("first" >= 0),
  "size" integer not null constraint "seals_size" check ("size" >= 0), "events" text not null,
  "root" blob not null, "previous" blob not null, "hash" blob not null, "at" integer not null,
  primary key ("partition", "first")
) strict, without rowid;

create table "servers" (
  "seat" text not null, "holder" text not null, "at" integer not null, "news" text not null,
  "version" integer not null constraint "servers_version" check ("version" >= 0), primary key ("seat")
) strict, without rowid;

create table "settled_costs" (
  "merchant" text not null, "source" text not null, "currency" text not null, "costs" integer not null,
  "version" integer not null constraint "settled_costs_version" check ("version" >= 0),
  primary key ("merchant", "source", "currency")
) strict, without rowid;

create table "settlement_schedules" (
  "merchant" text not null, "plan" text not null, "id" text not null, "created_at" integer not null,
  "calendar" text not null, "next_at" integer not null, "last_at" integer, "missed_at" integer,
  "version" integer not null constraint "settlement_schedules_version" check ("version" >= 0),
  primary key ("merchant", "plan")
) strict, without rowid;

create table "settlements" (
  "merchant" text not null, "id" text not null, "seller" text, "currency" text not null,
  "account" text not null, "plan" text not null, "terms" text not null,
  "from_version" integer not null constraint "settlements_from_version" check ("from_version" >= 0),
  "to_version" integer not null constraint "settlements_to_version" check ("to_version" >= 0),
  "carried_in" integer not null, "scheduled_for" integer, "cut_off_at" integer, "created_at" integer not null,
  "state" text not null constraint "settlements_state" check ("state" in ('pending', 'calculating', 'calculated', 'approved', 'processing', 'completed', 'failed', 'held')),
  "calculated_to" integer not null constraint "settlements_calculated_to" check ("calculated_to" >= 0),
  "lines" integer not null constraint "settlements_lines" check ("lines" >= 0), "captures" integer not null,
  "fees" integer not null, "refunds" integer not null, "disputes" integer not null,
  "adjustments" integer not null, "reserve_cover" integer not null, "settled_before" integer not null,
  "reserved" integer not null constraint "settlements_reserved" check ("reserved" >= 0),
  "paid" integer not null constraint "settlements_paid" check ("paid" >= 0), "carried_out" integer not null,
  "moved_at" integer,
  "reserve_state" text not null constraint "settlements_reserve_state" check ("reserve_state" in ('none', 'held', 'released')),
  "reserve_due" integer, "payout" text,
  "failure" text constraint "settlements_failure" check ("failure" in ('books_differ', 'payout_refused')),
  "updated_at" integer not null,
  "version" integer not null constraint "settlements_version" check ("version" >= 0),
  primary key ("merchant", "id")
) strict, without rowid;

create table "shares" (
  "merchant" text not null, "payment" text not null, "attempt" text not null, "allocation" text not null,
  "amount" integer not null constraint "shares_amount" check ("amount" >= 0),
  primary key ("merchant", "payment", "attempt", "allocation")
) strict, without rowid;

create table "statement_lines" (
  "source" text not null, "id" text not null, "settles" text not null,
  "part" integer not null constraint "statement_lines_part" check ("part" >= 0), primary key ("source", "id")
) strict, without rowid;

create table "statement_parts" (
  "source" text not null, "part" integer not null constraint "statement_parts_part" check ("part" >= 0),
  "run" text not null, "lines" text not null, primary key ("source", "part")
) strict, without rowid;

create table "webhook_bodies" (
  "id" text not null, "delivery" blob,
  "version" integer not null constraint "webhook_bodies_version" check ("version" >= 0), primary key ("id")
) strict, without rowid;

create table "webhook_evidence" (
  "gateway" text not null, "account" text not null,
  "slot" integer not null constraint "webhook_evidence_slot" check ("slot" >= 0), "id" text not null,
  "digest" text not null, "size" integer not null constraint "webhook_evidence_size" check ("size" >= 0),
  "received_at" integer not null,
  "times" integer not null constraint "webhook_evidence_times" check ("times" >= 0), "note" text not null,
  "delivery" blob,
  "state" text not null constraint "webhook_evidence_state" check ("state" in ('rejected', 'released', 'dropped')),
  "version" integer not null constraint "webhook_evidence_version" check ("version" >= 0),
  primary key ("gateway", "account", "slot")
) strict, without rowid;

create table "webhook_inbox" (
  "gateway" text not null, "account" text not null, "digest" text not null, "id" text not null,
  "size" integer not null constraint "webhook_inbox_size" check ("size" >= 0), "received_at" integer not null,
  "state" text not null constraint "webhook_inbox_state" check ("state" in ('waiting', 'processed', 'ignored', 'dead', 'quarantined')),
  "queue" text, "due" integer not null,
  "tries" integer not null constraint "webhook_inbox_tries" check ("tries" >= 0), "note" text,
  "droppable" integer, "version" integer not null constraint "webhook_inbox_version" check ("version" >= 0),
  primary key ("gateway", "account", "digest")
) strict, without rowid;

create trigger "accounts_fixed" before update of "merchant", "account", "currency", "side", "floor" on "accounts" begin select raise(abort, 'accounts: a column that never changes'); end;

create trigger "accounts_kept" before delete on "accounts" begin select raise(abort, 'accounts: rows are never deleted'); end;

create trigger "allocations_fixed" before update of "merchant", "payment", "id", "seller", "reference", "round", "amount" on "allocations" begin select raise(abort, 'allocations: a column that never changes'); end;

create trigger "allocations_kept" before delete on "allocations" begin select raise(abort, 'allocations: rows are never deleted'); end;

create trigger "attempts_fixed" before update of "merchant", "payment", "id", "kind", "origin", "gateway", "account", "amount", "currency", "parent", "final", "payment_method", "routing", "origination", "created_at" on "attempts" begin select raise(abort, 'attempts: a column that never changes'); end;

create trigger "attempts_kept" before delete on "attempts" begin select raise(abort, 'attempts: rows are never deleted'); end;

create trigger "breaks_fixed" before update of "id", "source", "about", "merchant", "opened_at", "line" on "breaks" begin select raise(abort, 'breaks: a column that never changes'); end;

create trigger "breaks_kept" before delete on "breaks" begin select raise(abort, 'breaks: rows are never deleted'); end;

create trigger "checkouts_frozen" before update on "checkouts" begin select raise(abort, 'checkouts is append-only'); end;

create trigger "checkouts_kept" before delete on "checkouts" begin select raise(abort, 'checkouts: rows are never deleted'); end;

create trigger "customers_fixed" before update of "merchant", "id", "created_at" on "customers" begin select raise(abort, 'customers: a column that never changes'); end;

create trigger "customers_kept" before delete on "customers" begin select raise(abort, 'customers: rows are never deleted'); end;

create trigger "dispute_acts_fixed" before update of "merchant", "dispute", "id", "kind", "stage", "by", "fingerprint", "created_at" on "dispute_acts" begin select raise(abort, 'dispute_acts: a column that never changes'); end;

create trigger "dispute_acts_kept" before delete on "dispute_acts" begin select raise(abort, 'dispute_acts: rows are never deleted'); end;

create trigger "dispute_evidence_frozen" before update on "dispute_evidence" begin select raise(abort, 'dispute_evidence is append-only'); end;

create trigger "dispute_evidence_kept" before delete on "dispute_evidence" begin select raise(abort, 'dispute_evidence: rows are never deleted'); end;

create trigger "disputes_fixed" before update of "merchant", "id", "payment", "attempt", "gateway", "account", "reference", "currency", "owners", "created_at" on "disputes" begin select raise(abort, 'disputes: a column that never changes'); end;

create trigger "disputes_kept" before delete on "disputes" begin select raise(abort, 'disputes: rows are never deleted'); end;

create trigger "entries_frozen" before update on "entries" begin select raise(abort, 'entries is append-only'); end;

create trigger "entries_kept" before delete on "entries" begin select raise(abort, 'entries: rows are never deleted'); end;

create trigger "events_frozen" before update on "events" begin select raise(abort, 'events is append-only'); end;

create trigger "events_kept" before delete on "events" begin select raise(abort, 'events: rows are never deleted'); end;

create trigger "fee_schedules_frozen" before update on "fee_schedules" begin select raise(abort, 'fee_schedules is append-only'); end;

create trigger "fee_schedules_kept" before delete on "fee_schedules" begin select raise(abort, 'fee_schedules: rows are never deleted'); end;

create trigger "fx_hedges_fixed" before update of "merchant", "pair" on "fx_hedges" begin select raise(abort, 'fx_hedges: a column that never changes'); end;

create trigger "fx_hedges_kept" before delete on "fx_hedges" begin select raise(abort, 'fx_hedges: rows are never deleted'); end;

create trigger "fx_quotes_fixed" before update of "merchant", "id", "sold", "sold_currency", "bought", "bought_currency", "mid_rate", "rate", "spread", "fee", "fee_percent", "rounding", "source", "as_of", "created_at", "expires_at" on "fx_quotes" begin select raise(abort, 'fx_quotes: a column that never changes'); end;

create trigger "fx_quotes_kept" before delete on "fx_quotes" begin select raise(abort, 'fx_quotes: rows are never deleted'); end;

create trigger "gateway_batch_parts_fixed" before update of "source", "batch", "currency", "merchant" on "gateway_batch_parts" begin select raise(abort, 'gateway_batch_parts: a column that never changes'); end;

create trigger "gateway_batch_parts_kept" before delete on "gateway_batch_parts" begin select raise(abort, 'gateway_batch_parts: rows are never deleted'); end;

create trigger "gateway_batches_fixed" before update of "source", "batch", "currency" on "gateway_batches" begin select raise(abort, 'gateway_batches: a column that never changes'); end;

create trigger "gateway_batches_kept" before delete on "gateway_batches" begin select raise(abort, 'gateway_batches: rows are never deleted'); end;

create trigger "gateway_refs_frozen" before update on "gateway_refs" begin select raise(abort, 'gateway_refs is append-only'); end;

create trigger "gateway_refs_kept" before delete on "gateway_refs" begin select raise(abort, 'gateway_refs: rows are never deleted'); end;

create trigger "idempotency_keys_fixed" before update of "merchant", "operation", "key", "fingerprint", "payment", "created_at" on "idempotency_keys" begin select raise(abort, 'idempotency_keys: a column that never changes'); end;

create trigger "idempotency_keys_kept" before delete on "idempotency_keys" begin select raise(abort, 'idempotency_keys: rows are never deleted'); end;

create trigger "jobs_fixed" before update of "id", "queue", "key", "merchant", "payload" on "jobs" begin select raise(abort, 'jobs: a column that never changes'); end;

create trigger "late_matches_frozen" before update on "late_matches" begin select raise(abort, 'late_matches is append-only'); end;

create trigger "late_matches_kept" before delete on "late_matches" begin select raise(abort, 'late_matches: rows are never deleted'); end;

create trigger "ledger_transactions_frozen" before update on "ledger_transactions" begin select raise(abort, 'ledger_transactions is append-only'); end;

create trigger "ledger_transactions_kept" before delete on "ledger_transactions" begin select raise(abort, 'ledger_transactions: rows are never deleted'); end;

create trigger "obligations_fixed" before update of "merchant", "id", "payment", "attempt", "gateway", "created_at" on "obligations" begin select raise(abort, 'obligations: a column that never changes'); end;

create trigger "obligations_kept" before delete on "obligations" begin select raise(abort, 'obligations: rows are never deleted'); end;

create trigger "odd_lines_fixed" before update of "source", "id", "line", "kind", "currency", "gross", "fee", "net", "batch", "occurred_at", "value_at", "rest" on "odd_lines" begin select raise(abort, 'odd_lines: a column that never changes'); end;

create trigger "odd_lines_kept" before delete on "odd_lines" begin select raise(abort, 'odd_lines: rows are never deleted'); end;

create trigger "payment_methods_fixed" before update of "merchant", "id", "customer", "created_at" on "payment_methods" begin select raise(abort, 'payment_methods: a column that never changes'); end;

create trigger "payment_methods_kept" before delete on "payment_methods" begin select raise(abort, 'payment_methods: rows are never deleted'); end;

create trigger "payment_winners_frozen" before update on "payment_winners" begin select raise(abort, 'payment_winners is append-only'); end;

create trigger "payment_winners_kept" before delete on "payment_winners" begin select raise(abort, 'payment_winners: rows are never deleted'); end;

create trigger "payments_fixed" before update of "merchant", "id", "reference", "round", "amount", "currency", "capture", "checkout", "customer", "details", "created_at", "expires_at", "settle" on "payments" begin select raise(abort, 'payments: a column that never changes'); end;

create trigger "payments_kept" before delete on "payments" begin select raise(abort, 'payments: rows are never deleted'); end;

create trigger "payout_destinations_fixed" before update of "merchant", "id", "owner", "created_at", "summary" on "payout_destinations" begin select raise(abort, 'payout_destinations: a column that never changes'); end;

create trigger "payout_destinations_kept" before delete on "payout_destinations" begin select raise(abort, 'payout_destinations: rows are never deleted'); end;

create trigger "payout_files_frozen" before update on "payout_files" begin select raise(abort, 'payout_files is append-only'); end;

create trigger "payout_files_kept" before delete on "payout_files" begin select raise(abort, 'payout_files: rows are never deleted'); end;

create trigger "payouts_fixed" before update of "merchant", "id", "reference", "digest", "owner", "amount", "currency", "destination", "summary", "purpose", "payment", "rail", "form", "bank", "order", "created_at" on "payouts" begin select raise(abort, 'payouts: a column that never changes'); end;

create trigger "payouts_kept" before delete on "payouts" begin select raise(abort, 'payouts: rows are never deleted'); end;

create trigger "reconciliation_places_fixed" before update of "check" on "reconciliation_places" begin select raise(abort, 'reconciliation_places: a column that never changes'); end;

create trigger "reconciliation_places_kept" before delete on "reconciliation_places" begin select raise(abort, 'reconciliation_places: rows are never deleted'); end;

create trigger "reconciliation_runs_fixed" before update of "id", "source", "digest", "format", "bytes", "started_at" on "reconciliation_runs" begin select raise(abort, 'reconciliation_runs: a column that never changes'); end;

create trigger "reconciliation_runs_kept" before delete on "reconciliation_runs" begin select raise(abort, 'reconciliation_runs: rows are never deleted'); end;

create trigger "reconciliation_sources_fixed" before update of "source" on "reconciliation_sources" begin select raise(abort, 'reconciliation_sources: a column that never changes'); end;

create trigger "reconciliation_sources_kept" before delete on "reconciliation_sources" begin select raise(abort, 'reconciliation_sources: rows are never deleted'); end;

create trigger "refunds_fixed" before update of "merchant", "payment", "id", "amount", "currency", "reason", "payout", "parts", "because", "expires_at", "origination", "created_at" on "refunds" begin select raise(abort, 'refunds: a column that never changes'); end;

create trigger "refunds_kept" before delete on "refunds" begin select raise(abort, 'refunds: rows are never deleted'); end;

create trigger "reviews_fixed" before update of "merchant", "payment", "number", "reason", "opened_at" on "reviews" begin select raise(abort, 'reviews: a column that never changes'); end;

create trigger "reviews_kept" before delete on "reviews" begin select raise(abort, 'reviews: rows are never deleted'); end;

create trigger "seals_frozen" before update on "seals" begin select raise(abort, 'seals is append-only'); end;

create trigger "seals_kept" before delete on "seals" begin select raise(abort, 'seals: rows are never deleted'); end;

create trigger "servers_fixed" before update of "seat" on "servers" begin select raise(abort, 'servers: a column that never changes'); end;

create trigger "servers_kept" before delete on "servers" begin select raise(abort, 'servers: rows are never deleted'); end;

create trigger "settled_costs_fixed" before update of "merchant", "source", "currency" on "settled_costs" begin select raise(abort, 'settled_costs: a column that never changes'); end;

create trigger "settled_costs_kept" before delete on "settled_costs" begin select raise(abort, 'settled_costs: rows are never deleted'); end;

create trigger "settlement_schedules_fixed" before update of "merchant", "plan", "id", "created_at" on "settlement_schedules" begin select raise(abort, 'settlement_schedules: a column that never changes'); end;

create trigger "settlement_schedules_kept" before delete on "settlement_schedules" begin select raise(abort, 'settlement_schedules: rows are never deleted'); end;

create trigger "settlements_fixed" before update of "merchant", "id", "seller", "currency", "account", "plan", "terms", "from_version", "to_version", "carried_in", "scheduled_for", "cut_off_at", "created_at" on "settlements" begin select raise(abort, 'settlements: a column that never changes'); end;

create trigger "settlements_kept" before delete on "settlements" begin select raise(abort, 'settlements: rows are never deleted'); end;

create trigger "shares_frozen" before update on "shares" begin select raise(abort, 'shares is append-only'); end;

create trigger "shares_kept" before delete on "shares" begin select raise(abort, 'shares: rows are never deleted'); end;

create trigger "statement_lines_frozen" before update on "statement_lines" begin select raise(abort, 'statement_lines is append-only'); end;

create trigger "statement_lines_kept" before delete on "statement_lines" begin select raise(abort, 'statement_lines: rows are never deleted'); end;

create trigger "statement_parts_frozen" before update on "statement_parts" begin select raise(abort, 'statement_parts is append-only'); end;

create trigger "statement_parts_kept" before delete on "statement_parts" begin select raise(abort, 'statement_parts: rows are never deleted'); end;

create trigger "webhook_bodies_fixed" before update of "id" on "webhook_bodies" begin select raise(abort, 'webhook_bodies: a column that never changes'); end;

create trigger "webhook_bodies_kept" before delete on "webhook_bodies" begin select raise(abort, 'webhook_bodies: rows are never deleted'); end;

create trigger "webhook_evidence_fixed" before update of "gateway", "account", "slot" on "webhook_evidence" begin select raise(abort, 'webhook_evidence: a column that never changes'); end;

create trigger "webhook_evidence_kept" before delete on "webhook_evidence" begin select raise(abort, 'webhook_evidence: rows are never deleted'); end;

create trigger "webhook_inbox_fixed" before update of "gateway", "account", "digest", "id", "size", "received_at" on "webhook_inbox" begin select raise(abort, 'webhook_inbox: a column that never changes'); end;

create trigger "webhook_inbox_kept" before delete on "webhook_inbox" begin select raise(abort, 'webhook_inbox: rows are never deleted'); end;

create unique index "allocations_reference" on "allocations" ("merchant", "seller", "reference", "round");

create unique index "breaks_about" on "breaks" ("source", "about");

create unique index "disputes_reference" on "disputes" ("merchant", "gateway", "account", "reference");

create unique index "jobs_key" on "jobs" ("queue", "key");

create unique index "payments_reference" on "payments" ("merchant", "reference", "round");

create unique index "payout_files_reference" on "payout_files" ("merchant", "reference");

create unique index "payouts_reference" on "payouts" ("merchant", "reference");

create unique index "reconciliation_runs_digest" on "reconciliation_runs" ("source", "digest");

create unique index "settlements_range" on "settlements" ("merchant", "account", "from_version");

create unique index "statement_lines_settles" on "statement_lines" ("source", "settles");
