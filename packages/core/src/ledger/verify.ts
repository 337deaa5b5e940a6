import { type Random, sameBytes, systemRandom } from '../kernel/index.ts'
import { type AccountRow, accounts, type EntryRow, entries, type Storage } from '../storage/index.ts'
import { accountKey } from './book.ts'
import { type LedgerTransactionRow, ledgerTransactions } from './records.ts'
import { Difference, Tally } from './tally.ts'
import { transactionDigest } from './transaction.ts'
import { EntryChecker } from './verify-entries.ts'
import { eventCheck, type LedgerEvents } from './verify-events.ts'
import { Findings, type LedgerReport } from './verify-report.ts'

export interface VerifyLedgerOptions {
  /** Where to find which transactions the event stream records (`ledgerEvents`); without it that is not compared. */
  readonly events?: LedgerEvents
  /**
   * Compares only what was recorded before this instant. Give it while money moves, a minute or more in the past: without it, what is
   * committed during the run can look like a difference. Balances and counters are checked in full either way.
   */
  readonly before?: number
  /** Problems to report in full; 100 if absent. */
  readonly maxProblems?: number
  readonly random?: Random
}

type Reader = Pick<Storage, 'scan' | 'load' | 'find'>

/** Accounts whose difference is spelled out; the others of a wrecked ledger are named. */
const MAX_SPELLED_OUT = 50

/**
 * Checks the books of a merchant, or of all, from the rows alone and reads everything once: every transaction is what its digest
 * says; its postings are in the entries, each exactly once, and nothing else is; entries are dense and carry the right balances;
 * accounts are the sums of their entries; every currency sums to zero; and the events record the same transactions. So a row that was
 * changed, deleted or added shows, unless it was done consistently in every table, for which there is the chain of events, whose
 * heads can be kept elsewhere.
 *
 * Memory grows with accounts, not with transactions. Rejects only as the storage does; what is wrong is returned.
 */
export const verifyLedger = async (
  storage: Reader,
  merchant?: string,
  options: VerifyLedgerOptions = {},
): Promise<LedgerReport> => {
  const scope = {
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
  await checkEntries(scope, sides, known)
  await spellOut(scope, sides.unequal())
  await recorded?.finish()
  return scope.findings.report()
}

interface Scope {
  readonly storage: Reader
  readonly equals: { readonly merchant?: string }
  readonly before: number
  readonly findings: Findings
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
      if (!wellFormed(row)) {
        const message = `ledger transaction '${transaction}' has postings that do not move a positive amount`
        findings.add({ kind: 'transaction_malformed', ...about, message })
        continue
      }
      if (!sameBytes(transactionDigest(row), row.digest)) {
        const message = `ledger transaction '${transaction}' does not match its digest: it was changed after it was booked`
        findings.add({ kind: 'transaction_digest', ...about, message })
      }
      if (row.recordedAt < before) for (const side of sidesOf(row)) sides.add(side.group, side.thing, 1n)
      seen(row)
    }
  }
}

/** JSON can hold anything by now; only what has the form of postings is read any further. */
const wellFormed = ({ postings, metadata }: LedgerTransactionRow): boolean =>
  Array.isArray(postings) &&
  postings.length > 0 &&
  postings.every(isPosting) &&
  (metadata === null || Object.values(metadata).every((value) => typeof value === 'string'))

const isPosting = (posting: unknown): boolean =>
  Array.isArray(posting) &&
  posting.length === 5 &&
  posting.every((part) => typeof part === 'string') &&
  /^[1-9][0-9]*$/.test(posting[2] as string)

interface Side {
  readonly group: string
  readonly thing: string
}

/** What a transaction says about each account that it touches, in the words of that account's entries. */
function* sidesOf({ merchant, reference, postings, recordedAt }: LedgerTransactionRow): Generator<Side> {
  for (const [debit, credit, amount, currency, phase] of postings) {
    const money = `${amount} ${currency}`
    yield { group: accountKey(merchant, debit), thing: thingOf(reference, 'debit', phase, money, recordedAt) }
    yield { group: accountKey(merchant, credit), thing: thingOf(reference, 'credit', phase, money, recordedAt) }
  }
}

const thingOf = (transaction: string, side: string, phase: string, money: string, at: number): string =>
  `${transaction}\0${side}\0${phase}\0${money}\0${at}`

/** The same of an entry; its currency is its account's. */
const entryThing = ({ transaction, side, phase, amount, at }: EntryRow, account: AccountRow | undefined): string =>
  thingOf(transaction, side, phase, `${amount} ${account?.currency ?? ''}`, at)

const checkEntries = async (
  { storage, equals, before, findings }: Scope,
  sides: Tally,
  known: Map<string, AccountRow>,
): Promise<void> => {
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
}

/** Reads once more, to name what is missing or should not be there in the accounts whose tallies differ. */
const spellOut = async ({ storage, equals, before, findings }: Scope, groups: readonly string[]): Promise<void> => {
  if (groups.length === 0) return
  const differences = new Map(groups.slice(0, MAX_SPELLED_OUT).map((group) => [group, new Difference()]))
  for await (const page of storage.scan(ledgerTransactions, { index: 'key', equals })) {
    for (const row of page) {
      if (row.recordedAt >= before) continue
      for (const side of wellFormed(row) ? sidesOf(row) : []) differences.get(side.group)?.add(side.thing, 1)
    }
  }
  for (const [group, difference] of differences) {
    const [merchant = '', account = ''] = group.split('\0')
    const [row] = await storage.load(accounts, [{ merchant, account }])
    for await (const page of storage.scan(entries, { index: 'key', equals: { merchant, account } })) {
      for (const entry of page) if (entry.at < before) difference.add(entryThing(entry, row), -1)
    }
    for (const [thing, count] of difference) {
      const [transaction = '', side, phase, money] = thing.split('\0')
      const what = `${side} of ${money} (${phase}) by '${transaction}'`
      const about = { merchant, account, transaction }
      if (count > 0) {
        findings.add({ kind: 'entry_missing', ...about, message: `'${account}' has no entry for the ${what}` })
      } else {
        const message = `'${account}' has an entry that no transaction explains, or one too many: the ${what}`
        findings.add({ kind: 'entry_unexpected', ...about, message })
      }
    }
  }
  for (const group of groups.slice(MAX_SPELLED_OUT)) {
    const [merchant = '', account = ''] = group.split('\0')
    const message = `the entries of '${account}' are not those of its transactions`
    findings.add({ kind: 'entry_unexpected', merchant, account, message })
  }
}
