import { type AnyTable, CATALOGUE } from '@florin/core/storage'

/** A table of the catalogue by its name. */
export const tableOf = (name: string): AnyTable => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  if (table === undefined) throw new Error(`the catalogue has no table '${name}'`)
  return table
}

export const payments = tableOf('payments')
export const attempts = tableOf('attempts')
export const idempotencyKeys = tableOf('idempotency_keys')
export const paymentWinners = tableOf('payment_winners')
export const gatewayRefs = tableOf('gateway_refs')
export const ledgerTransactions = tableOf('ledger_transactions')
export const events = tableOf('events')
