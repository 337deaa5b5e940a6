/** What can be wrong with a ledger. */
export type LedgerProblemKind =
  | 'transaction_digest' // a transaction is not what it was when it was booked
  | 'transaction_malformed' // its postings cannot be read
  | 'entry_missing' // a transaction's posting is not among the entries of its account
  | 'entry_unexpected' // an entry that no transaction's posting explains
  | 'entry_order' // versions that are not 1, 2, 3 …
  | 'entry_balance' // the balance or the holds after an entry are wrong
  | 'account_missing' // entries or postings of an account that has no row
  | 'account_counters' // an account's counters are not the sum of its entries
  | 'not_zero' // debits and credits of a currency differ
  | 'event_missing' // a transaction that no event records
  | 'event_unexpected' // an event records a transaction that is not there, or is another one now

export interface LedgerProblem {
  readonly kind: LedgerProblemKind
  readonly merchant: string
  readonly account?: string
  /** The reference of the transaction. */
  readonly transaction?: string
  /** The version of the entry. */
  readonly version?: number
  readonly subject?: string
  readonly currency?: string
  /** For people. */
  readonly message: string
}

export interface LedgerReport {
  readonly ok: boolean
  readonly checked: {
    readonly accounts: number
    readonly transactions: number
    readonly entries: number
    readonly events: number
  }
  /** The first of them, at most as many as asked for. */
  readonly problems: readonly LedgerProblem[]
  /** All that were met; more may hide behind those of one account. */
  readonly problemCount: number
}

/** Gathers problems; keeps the first `limit` and counts the rest, so that a wrecked ledger does not fill the memory. */
export class Findings {
  readonly problems: LedgerProblem[] = []
  readonly checked = { accounts: 0, transactions: 0, entries: 0, events: 0 }
  count = 0
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(problem: LedgerProblem): void {
    this.count += 1
    if (this.problems.length < this.limit) this.problems.push(problem)
  }

  report(): LedgerReport {
    return { ok: this.count === 0, checked: this.checked, problems: this.problems, problemCount: this.count }
  }
}
