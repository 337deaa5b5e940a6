import { FlorinError } from '../kernel/index.ts'
import type { Storage } from '../storage/index.ts'
import { type LedgerTransactionRow, ledgerTransactions } from './records.ts'

/** More than any payment's life brings; beyond it something loops. */
const MAX_TRANSACTIONS = 10_000

/** Every ledger transaction about a subject, in the order in which they were recorded. */
export const transactionsOf = async (
  storage: Pick<Storage, 'find'>,
  merchant: string,
  subject: string,
): Promise<readonly LedgerTransactionRow[]> => {
  const found: LedgerTransactionRow[] = []
  let after: string | undefined
  do {
    const page = await storage.find(ledgerTransactions, {
      index: 'subject',
      equals: { merchant, subject },
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    })
    found.push(...page.rows)
    if (found.length > MAX_TRANSACTIONS) {
      throw new FlorinError('internal', `'${subject}' has more than ${MAX_TRANSACTIONS} ledger transactions`)
    }
    after = page.next
  } while (after !== undefined)
  return found.sort((a, b) => a.recordedAt - b.recordedAt) // stable: equal instants stay in the order of their references
}

/** Money that is reserved between two accounts and neither final nor released yet. */
export interface OpenHold {
  readonly debit: string
  readonly credit: string
  readonly currency: string
  /** Minor units, more than zero. */
  readonly amount: bigint
}

/** What a subject's transactions leave on hold, by pair of accounts. */
export const openHoldsOf = (transactions: readonly Pick<LedgerTransactionRow, 'postings'>[]): readonly OpenHold[] => {
  const holds = new Map<string, { debit: string; credit: string; currency: string; amount: bigint }>()
  for (const { postings } of transactions) {
    for (const [debit, credit, amount, currency, phase] of postings) {
      if (phase === 'posted') continue
      const key = `${debit}\0${credit}\0${currency}`
      const hold = holds.get(key) ?? { debit, credit, currency, amount: 0n }
      hold.amount += phase === 'pending' ? BigInt(amount) : -BigInt(amount)
      holds.set(key, hold)
    }
  }
  return [...holds.values()].filter((hold) => hold.amount !== 0n)
}

/** A subject's open holds, from its transactions: there is no other record of them that could disagree. */
export const openHolds = async (
  storage: Pick<Storage, 'find'>,
  merchant: string,
  subject: string,
): Promise<readonly OpenHold[]> => openHoldsOf(await transactionsOf(storage, merchant, subject))

/** Net minor units that a transaction moves into a credit account, by its path: below zero where they leave it. */
export const movedTo = ({ postings }: Pick<LedgerTransactionRow, 'postings'>, account: string): bigint => {
  let sum = 0n
  for (const [debit, credit, amount] of postings) {
    if (credit === account) sum += BigInt(amount)
    if (debit === account) sum -= BigInt(amount)
  }
  return sum
}
