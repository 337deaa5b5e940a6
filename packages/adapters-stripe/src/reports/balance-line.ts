import type { LineReferences, Row, StatementLine } from '@florin/core/statements'
import { ATTEMPT_KEY, attemptOf } from '../metadata.ts'
import { kindOf } from './categories.ts'

/** UTC; the columns without `_utc` are in the zone that the report was asked for, which is UTC by default. */
const UTC = 0

const firstOf = (row: Row, ...columns: readonly string[]): string | null =>
  columns.find((column) => row.optional(column) !== null) ?? null

const instantOf = (row: Row, ...columns: readonly [string, ...string[]]): number =>
  row.instant(firstOf(row, ...columns) ?? columns[0], UTC)

const OBJECT = /^[A-Za-z][\w-]{2,254}$/
const idIn = (row: Row, column: string): string | null => {
  const value = row.optional(column)
  return value !== null && OBJECT.test(value) ? value : null
}

/** The object that a line is about; reports of payouts alone call it by its kind. */
const sourceOf = (row: Row): string | null => idIn(row, 'source_id') ?? idIn(row, 'payout_id')

/**
 * By what a line can be matched. Our attempt stands in metadata, which a report has where it was asked for it
 * (`payment_metadata[florin_attempt]`, `refund_metadata[florin_attempt]`); the payment's is that of its charge, so a refund has its own only.
 */
const referencesOf = (row: Row, category: string, batch: string | null): LineReferences => {
  const source = sourceOf(row)
  const charge = idIn(row, 'charge_id')
  const intent = idIn(row, 'payment_intent_id')
  const kind = kindOf(category)
  const refunding = kind === 'refund' || kind === 'refund_undone'
  const attempt = row.optional(`${refunding ? 'refund' : 'payment'}_metadata[${ATTEMPT_KEY}]`)
  const parent = intent ?? charge
  return {
    attempt: attemptOf(attempt),
    // Both lines of such a capture name it.
    gatewayId: category === 'partial_capture_reversal' ? (charge ?? source) : source,
    parentGatewayId: parent === source ? null : parent,
    batch,
    endToEnd: idIn(row, 'trace_id'),
  }
}

const presentmentOf = (row: Row, currency: string, gross: bigint): StatementLine['presentment'] => {
  if (row.optional('customer_facing_currency') === null || row.optional('customer_facing_amount') === null) return null
  const facing = row.currency('customer_facing_currency')
  if (facing === currency) return null
  const amount = row.amount('customer_facing_amount', facing)
  const size = amount < 0n ? -amount : amount
  return { currency: facing, amount: gross < 0n ? -size : size, rate: null }
}

/** One balance transaction. Amounts are in major units of ISO 4217, `fee` is what Stripe keeps, and `net` what is left of `gross`. */
export const balanceLine = (row: Row): StatementLine => {
  const currency = row.currency('currency')
  const category = row.text('reporting_category')
  const gross = row.amount('gross', currency)
  const fee = row.amount('fee', currency)
  const net = row.amount('net', currency)
  if (gross - fee !== net)
    row.wrong(`gross ${row.optional('gross')}, fee ${row.optional('fee')} and net ${row.optional('net')} do not add up`)
  const occurredAt = instantOf(row, 'created_utc', 'created', 'effective_at_utc', 'effective_at')
  const available = firstOf(row, 'available_on_utc', 'available_on')
  const kind = kindOf(category)
  const batch = idIn(row, 'automatic_payout_id') ?? (kind === 'payout' ? sourceOf(row) : null)
  return {
    is: 'line',
    line: row.line,
    id: row.text('balance_transaction_id'),
    kind,
    currency,
    gross,
    fee,
    net,
    presentment: presentmentOf(row, currency, gross),
    references: referencesOf(row, category, batch),
    occurredAt,
    valueAt: available === null ? occurredAt : row.instant(available, UTC),
    text: row.words(category, row.optional('description')),
  }
}
