import type { BalanceTransaction } from './balance-transaction.ts'
import { book } from './booking.ts'
import { toIso } from './minor-units.ts'
import type { State } from './state.ts'

/** Money on its way to the bank. */
export interface StripePayout {
  /** `po_…`: what reports and the bank's line name it by. */
  readonly id: string
  readonly currency: string
  /** Minor units of ISO 4217. */
  readonly amount: bigint
}

const unpaid = (state: State, account: string): Map<string, BalanceTransaction[]> => {
  const byCurrency = new Map<string, BalanceTransaction[]>()
  for (const transaction of state.transactions.values()) {
    if (transaction.account !== account || transaction.payout !== null) continue
    const known = byCurrency.get(transaction.currency)
    if (known === undefined) byCurrency.set(transaction.currency, [transaction])
    else known.push(transaction)
  }
  return byCurrency
}

/** Sends to the bank what is on the balance, one payout a currency. A balance at or below zero stays. */
export const payOut = (state: State, account: string): readonly StripePayout[] => {
  const made: StripePayout[] = []
  for (const [currency, transactions] of unpaid(state, account)) {
    const sum = transactions.reduce((total, { amount, fee }) => total + amount - fee, 0)
    if (sum <= 0) continue
    const id = state.ids.make('po')
    for (const transaction of transactions) transaction.payout = id
    const amount = -sum
    const created = state.second()
    book(state, {
      id: state.ids.make('txn'),
      account,
      type: 'payout',
      amount,
      fee: 0,
      currency,
      created,
      source: id,
      payout: id,
    })
    made.push({ id, currency: currency.toUpperCase(), amount: toIso(sum, currency) })
  }
  return made
}
