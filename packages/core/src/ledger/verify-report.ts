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
  /** All that were met; the search for more ends when the list is full. */
  readonly problemCount: number
}

const MISMATCHES: readonly LedgerProblemKind[] = ['entry_missing', 'entry_unexpected', 'account_missing']

/** Gathers problems; keeps the first `limit` and counts the rest, so that a wrecked ledger does not fill the memory. */
export class Findings {
  readonly problems: LedgerProblem[] = []
  readonly checked = { accounts: 0, transactions: 0, entries: 0, events: 0 }
  count = 0
  /** Merchants whose entries are not those of their transactions. */
  readonly mismatched = new Set<string>()
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(problem: LedgerProblem): void {
    this.count += 1
    if (!this.isFull) this.problems.push(problem)
    if (MISMATCHES.includes(problem.kind)) this.mismatched.add(problem.merchant)
  }

  get isFull(): boolean {
    return this.problems.length >= this.limit
  }

  report(): LedgerReport {
    return { ok: this.count === 0, checked: this.checked, problems: this.problems, problemCount: this.count }
  }
}
