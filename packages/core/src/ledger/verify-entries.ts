import type { AccountRow, EntryRow } from '../storage/index.ts'
import { addEntry, type Counters, noCounters, pendingOf, postedOf } from './counters.ts'
import type { Findings } from './verify-report.ts'

interface Zero {
  readonly merchant: string
  readonly currency: string
  posted: bigint
  pending: bigint
}

const COUNTERS = ['debitsPosted', 'creditsPosted', 'debitsPending', 'creditsPending'] as const

/**
 * Checks entries account by account, in the order of their versions: dense, with the balances that follow from them, up to the
 * counters of the account's row. Rows are read before entries, so entries newer than the row belong to commits made meanwhile.
 */
export class EntryChecker {
  /** Accounts with entries that are newer than the row that was read. */
  readonly ahead: { readonly merchant: string; readonly account: string; readonly version: number }[] = []
  private readonly findings: Findings
  private readonly before: number
  private readonly zeros = new Map<string, Zero>()
  private row: AccountRow | undefined
  private merchant = ''
  private account = ''
  private version = 0
  private sums: Counters = noCounters()
  /** By how much the last entry was wrong: those after it that are wrong by the same are no further problem. */
  private off = { posted: 0n, pending: 0n }

  constructor(findings: Findings, before: number) {
    this.findings = findings
    this.before = before
  }

  /** Whether this entry is the first of another account: then say which with `expect`. */
  isElsewhere(entry: EntryRow): boolean {
    return entry.account !== this.account || entry.merchant !== this.merchant
  }

  /** From here on come the entries of this account. */
  expect(row: AccountRow | undefined, merchant: string, account: string): void {
    this.close()
    this.row = row
    this.merchant = merchant
    this.account = account
    this.version = 0
    this.sums = noCounters()
    this.off = { posted: 0n, pending: 0n }
    if (row !== undefined) return
    const message = `ledger account '${account}' has entries and no row`
    this.findings.add({ kind: 'account_missing', merchant, account, message })
  }

  check(entry: EntryRow): void {
    const { merchant, account, version, transaction } = entry
    const about = { merchant, account, version, transaction }
    if (version !== this.version + 1) {
      const message = `'${account}' has entry ${version} after entry ${this.version}: what is between is missing`
      this.findings.add({ kind: 'entry_order', ...about, message })
    }
    this.version = version
    addEntry(this.sums, entry.side, entry.phase, entry.amount)
    if (this.row === undefined) return
    const { side, currency } = this.row
    const posted = postedOf({ ...this.sums, side })
    const pending = pendingOf({ ...this.sums, side })
    const off = { posted: entry.balance - posted, pending: entry.pending - pending }
    const isRight = off.posted === 0n && off.pending === 0n
    if (!isRight && (off.posted !== this.off.posted || off.pending !== this.off.pending)) {
      const message = `entry ${version} of '${account}' says ${entry.balance} and ${entry.pending} on hold; the entries up to it sum to ${posted} and ${pending}`
      this.findings.add({ kind: 'entry_balance', ...about, message })
    }
    this.off = off
    if (version === this.row.version) this.compareCounters(this.row)
    if (entry.at < this.before) this.addToZero(entry, currency)
  }

  /** After the last entry. `untouched` are the accounts that had none. */
  finish(untouched: Iterable<AccountRow>): void {
    this.close()
    for (const row of untouched) {
      if (row.version === 0 && COUNTERS.every((name) => row[name] === 0n)) continue
      const { merchant, account } = row
      const message = `ledger account '${account}' is at version ${row.version} and has no entries`
      this.findings.add({ kind: 'account_counters', merchant, account, message })
    }
  }

  /**
   * Which currencies do not sum to zero. Entries of one transaction may be read at different times while money moves; but where all
   * entries are those of their transactions they sum to zero by construction, so only merchants with a mismatch can be off.
   */
  reportUnbalanced(): void {
    for (const { merchant, currency, posted, pending } of this.zeros.values()) {
      if ((posted === 0n && pending === 0n) || !this.findings.mismatched.has(merchant)) continue
      const message = `debits less credits in ${currency} are ${posted}, and ${pending} on hold; both must be zero`
      this.findings.add({ kind: 'not_zero', merchant, currency, message })
    }
  }

  private compareCounters(row: AccountRow): void {
    for (const name of COUNTERS) {
      if (row[name] === this.sums[name]) continue
      const { merchant, account } = row
      const message = `${name} of '${account}' is ${row[name]}; its entries sum to ${this.sums[name]}`
      this.findings.add({ kind: 'account_counters', merchant, account, message })
    }
  }

  private addToZero({ merchant, side, phase, amount }: EntryRow, currency: string): void {
    const key = `${merchant}\0${currency}`
    const zero = this.zeros.get(key) ?? { merchant, currency, posted: 0n, pending: 0n }
    const one = noCounters()
    addEntry(one, side, phase, amount)
    zero.posted += one.debitsPosted - one.creditsPosted
    zero.pending += one.debitsPending - one.creditsPending
    this.zeros.set(key, zero)
  }

  private close(): void {
    const { row, version } = this
    if (row === undefined || version === row.version) return
    const { merchant, account } = row
    if (version > row.version) {
      this.ahead.push({ merchant, account, version })
      return
    }
    const message = `ledger account '${account}' is at version ${row.version}, its newest entry is ${version}: entries are missing`
    this.findings.add({ kind: 'entry_order', merchant, account, version, message })
  }
}
