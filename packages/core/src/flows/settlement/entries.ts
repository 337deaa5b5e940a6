import { FlorinError } from '../../kernel/index.ts'
import { type LedgerTransactionRow, ledgerTransactions } from '../../ledger/index.ts'
import { linesOf, type SettlementLine, type SettlementRow } from '../../settlement/index.ts'
import { type EntryRow, entries, type Storage } from '../../storage/index.ts'

type Reader = Pick<Storage, 'load' | 'find'>

const PAGE = 500 // entries in memory at a time, with their transactions

/** Lines of a settlement, and the version up to which they reach: never in the middle of a transaction. */
export interface Chunk {
  readonly lines: readonly SettlementLine[]
  readonly to: number
}

type Range = Pick<SettlementRow, 'merchant' | 'account' | 'seller' | 'currency' | 'toVersion'>

/** Reads the lines of a settlement after a version of its account, in order and in little memory. */
export async function* chunksOf(storage: Reader, range: Range, after: number): AsyncGenerator<Chunk> {
  const { merchant, account, toVersion } = range
  let from = after + 1
  while (from <= toVersion) {
    const page = await storage.find(entries, {
      index: 'key',
      equals: { merchant, account },
      from,
      to: toVersion,
      limit: PAGE,
    })
    const last = page.rows.at(-1)
    if (last === undefined) throw missing(account, from)
    const whole = last.version === toVersion ? page.rows : withoutLast(page.rows)
    yield { lines: await linesOfEntries(storage, range, whole), to: (whole.at(-1) ?? last).version }
    from = (whole.at(-1) ?? last).version + 1
  }
}

/** Without the entries of the last transaction, some of which may be on the next page; all of them where there is no other. */
const withoutLast = (rows: readonly EntryRow[]): readonly EntryRow[] => {
  const last = rows.at(-1)?.transaction
  const end = rows.findLastIndex(({ transaction }) => transaction !== last)
  return end < 0 ? rows : rows.slice(0, end + 1)
}

const missing = (account: string, version: number): FlorinError =>
  new FlorinError('storage_corrupt', `entry ${version} of ledger account '${account}' is missing: run verify`)

const linesOfEntries = async (
  storage: Reader,
  { merchant, account, seller, currency }: Range,
  rows: readonly EntryRow[],
): Promise<readonly SettlementLine[]> => {
  const groups = groupsOf(rows)
  const keys = groups.map(([first]) => ({ merchant, reference: (first as EntryRow).transaction }))
  const found = await storage.load(ledgerTransactions, keys)
  return groups.flatMap((group, index) => {
    const transaction = found[index] as LedgerTransactionRow | undefined
    if (transaction !== undefined) return linesOf({ account, owner: seller, currency }, group, transaction)
    throw new FlorinError(
      'storage_corrupt',
      `ledger transaction '${keys[index]?.reference}' of account '${account}' is missing: run verify`,
    )
  })
}

/** Entries by transaction: those of one follow one another. */
const groupsOf = (rows: readonly EntryRow[]): readonly (readonly EntryRow[])[] => {
  const groups: EntryRow[][] = []
  for (const row of rows) {
    const group = groups.at(-1)
    if (group?.[0]?.transaction === row.transaction) group.push(row)
    else groups.push([row])
  }
  return groups
}

/**
 * The last version of an account that was recorded before an instant, found by halving: the clocks of several servers differ a little, so
 * around the cut-off an entry may be on either side, but never between two transactions' halves, and always in exactly one settlement.
 */
export const versionBefore = async (
  storage: Reader,
  { merchant, account }: Pick<Range, 'merchant' | 'account'>,
  range: { readonly from: number; readonly newest: number },
  cutOffAt: number,
): Promise<number> => {
  let low = range.from // the entry after it belongs to the next settlement at the earliest
  let high = range.newest
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const [entry] = await storage.load(entries, [{ merchant, account, version: middle }])
    if (entry === undefined) throw missing(account, middle)
    if (entry.at < cutOffAt) low = middle
    else high = middle - 1
  }
  return low
}

/** What the account's posted balance was with a version. */
export const balanceAt = async (
  storage: Reader,
  { merchant, account }: Pick<Range, 'merchant' | 'account'>,
  version: number,
): Promise<bigint> => {
  if (version === 0) return 0n
  const [entry] = await storage.load(entries, [{ merchant, account, version }])
  if (entry === undefined) throw missing(account, version)
  return entry.balance
}
