import { type Random, sameBytes, systemRandom } from '../kernel/index.ts'
import { type AccountRow, accounts, entries, type Storage } from '../storage/index.ts'
import { accountKey } from './book.ts'
import { type LedgerTransactionRow, ledgerTransactions } from './records.ts'
import { Tally } from './tally.ts'
import { transactionDigest } from './transaction.ts'
import { type Scope, spellOut } from './verify-difference.ts'
import { EntryChecker } from './verify-entries.ts'
import { eventCheck, type LedgerEvents } from './verify-events.ts'
import { Findings, type LedgerReport } from './verify-report.ts'
import { entryThing, isWellFormed, sidesOf } from './verify-sides.ts'

export interface VerifyLedgerOptions {
  /** Where to find which transactions the event stream records (`ledgerEvents`); without it that is not compared. */
  readonly events?: LedgerEvents
  /**
   * Leaves out the comparison of entries with transactions recorded from this instant on. Not needed for a right answer while money
   * moves; but given, a minute in the past, it spares a second look at all that is committed during the run.
   */
  readonly before?: number
  /** Problems to report in full; 100 if absent. */
  readonly maxProblems?: number
  readonly random?: Random
}

/**
 * Checks the books of a merchant, or of all, from the rows alone and reads everything once: every transaction is what its digest
 * says; its postings are in the entries, each exactly once, and nothing else is; entries are dense and carry the right balances;
 * accounts are the sums of their entries; every currency sums to zero; and the events record the same transactions. So a row that was
 * changed, deleted or added shows, unless it was done consistently in every table, for which there is the chain of events, whose
 * heads can be kept elsewhere.
 *
 * Money may move meanwhile: what is committed during the run is not judged. Memory grows with accounts, not with transactions. Rejects only as the storage does; what is wrong is returned.
 */
export const verifyLedger = async (
  storage: Pick<Storage, 'scan' | 'load' | 'find'>,
  merchant?: string,
  options: VerifyLedgerOptions = {},
): Promise<LedgerReport> => {
  const scope: Scope = {
    storage,
    equals: merchant === undefined ? {} : { merchant },
    before: options.before ?? Number.POSITIVE_INFINITY,
    findings: new Findings(options.maxProblems ?? 100),
  }
  const random = options.random ?? systemRandom
  const sides = new Tally(random)
  const recorded = options.events && eventCheck(storage, merchant, scope.findings, options.events, random)
  const known = await accountRows(scope)
  await checkTransactions(scope, sides, (row) => recorded?.transaction(row))
  const checker = await checkEntries(scope, sides, known)
  await spellOut(scope, sides)
  checker.reportUnbalanced()
  await recorded?.finish()
  return scope.findings.report()
}

const accountRows = async ({ storage, equals, findings }: Scope): Promise<Map<string, AccountRow>> => {
  const known = new Map<string, AccountRow>()
  for await (const page of storage.scan(accounts, { index: 'key', equals })) {
    findings.checked.accounts += page.length
    for (const row of page) known.set(accountKey(row.merchant, row.account), row)
  }
  return known
}

const checkTransactions = async (
  { storage, equals, before, findings }: Scope,
  sides: Tally,
  seen: (row: LedgerTransactionRow) => void,
): Promise<void> => {
  for await (const page of storage.scan(ledgerTransactions, { index: 'key', equals })) {
    findings.checked.transactions += page.length
    for (const row of page) {
      const { merchant, reference: transaction } = row
      const about = { merchant, transaction, subject: row.subject }
      if (!isWellFormed(row)) {
        const message = `ledger transaction '${transaction}' has postings that do not move a positive amount`
        findings.add({ kind: 'transaction_malformed', ...about, message })
        continue
      }
      if (!sameBytes(transactionDigest(row), row.digest)) {
        const message = `ledger transaction '${transaction}' does not match its digest: it was changed after it was booked`
        findings.add({ kind: 'transaction_digest', ...about, message })
      }
      if (row.recordedAt < before) for (const { account, thing } of sidesOf(row)) sides.add(account, thing, 1n)
      seen(row)
    }
  }
}

const checkEntries = async (
  { storage, equals, before, findings }: Scope,
  sides: Tally,
  known: Map<string, AccountRow>,
): Promise<EntryChecker> => {
  const checker = new EntryChecker(findings, before)
  let row: AccountRow | undefined
  for await (const page of storage.scan(entries, { index: 'key', equals })) {
    findings.checked.entries += page.length
    for (const entry of page) {
      const { merchant, account } = entry
      const key = accountKey(merchant, account)
      if (checker.isElsewhere(entry)) {
        row = known.get(key) ?? (await storage.load(accounts, [{ merchant, account }]))[0]
        checker.expect(row, merchant, account)
        known.delete(key)
      }
      checker.check(entry)
      if (entry.at < before) sides.add(key, entryThing(entry, row), -1n)
    }
  }
  checker.finish(known.values())
  for (const { merchant, account, version } of checker.ahead) {
    const [row] = await storage.load(accounts, [{ merchant, account }]) // a commit made meanwhile moved the row on as well
    if (row !== undefined && row.version >= version) continue
    const message = `'${account}' has entries up to ${version}, its row is at version ${row?.version ?? 0}`
    findings.add({ kind: 'account_counters', merchant, account, version, message })
  }
  return checker
}
