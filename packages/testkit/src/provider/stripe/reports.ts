import { formatAmount } from '@florin/core/gateways'
import { availableOn, type BalanceTransaction, categoryOf } from './balance-transaction.ts'
import { toIso } from './minor-units.ts'
import type { Charge } from './payment.ts'
import type { State } from './state.ts'

/** The columns of the itemised reports that Stripe gives by default, and those that Florin asks for. */
const COLUMNS = [
  'balance_transaction_id',
  'created_utc',
  'available_on_utc',
  'currency',
  'gross',
  'fee',
  'net',
  'reporting_category',
  'source_id',
  'description',
  'customer_facing_amount',
  'customer_facing_currency',
  'automatic_payout_id',
  'charge_id',
  'payment_intent_id',
  'payment_metadata[florin_attempt]',
  'refund_metadata[florin_attempt]',
] as const
type Column = (typeof COLUMNS)[number]

const instant = (second: number): string => new Date(second * 1_000).toISOString().slice(0, 19).replace('T', ' ')
const quoted = (value: string): string => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

/** The charge that a line belongs to, if it does. */
const chargeOf = (state: State, { source }: BalanceTransaction): Charge | undefined =>
  state.charges.get(source) ?? state.refunds.get(source)?.charge ?? state.disputes.get(source)?.charge

const rowOf = (state: State, transaction: BalanceTransaction): string => {
  const { id, amount, fee, source, payout } = transaction
  const currency = transaction.currency.toUpperCase()
  const money = (counted: number): string => formatAmount(toIso(counted, transaction.currency), currency)
  const charge = chargeOf(state, transaction)
  const values: Readonly<Record<Column, string>> = {
    balance_transaction_id: id,
    created_utc: instant(transaction.created),
    available_on_utc: instant(availableOn(transaction)),
    currency: transaction.currency,
    gross: money(amount),
    fee: money(fee),
    net: money(amount - fee),
    reporting_category: categoryOf(transaction),
    source_id: source,
    description: charge?.intent.description ?? '',
    customer_facing_amount: charge === undefined ? '' : money(amount),
    customer_facing_currency: charge === undefined ? '' : transaction.currency,
    automatic_payout_id: payout ?? '',
    charge_id: charge?.id ?? '',
    payment_intent_id: charge?.intent.id ?? '',
    'payment_metadata[florin_attempt]': charge?.intent.metadata.florin_attempt ?? '',
    'refund_metadata[florin_attempt]': state.refunds.get(source)?.metadata.florin_attempt ?? '',
  }
  return COLUMNS.map((column) => quoted(values[column])).join(',')
}

/** The itemised report of an account's balance as CSV; of one payout only where it is named, as the payout reconciliation has it. */
export const balanceReport = (state: State, account: string, payout: string | null): string => {
  const rows = [COLUMNS.join(',')]
  for (const transaction of state.transactions.values()) {
    if (transaction.account !== account) continue
    // The payout's own movement is no part of what it paid out.
    if (payout !== null && (transaction.payout !== payout || transaction.type === 'payout')) continue
    rows.push(rowOf(state, transaction))
  }
  return `${rows.join('\n')}\n`
}
