import { accounts, entries, type Storage } from '../storage/index.ts'
import { ledgerTransactions } from './records.ts'
import { Difference, groupOfBucket, type Tally } from './tally.ts'
import type { Findings } from './verify-report.ts'
import { entryThing, isWellFormed, nameOfThing, sidesOf } from './verify-sides.ts'

/** What one verification reads, and where it puts what it finds. */
export interface Scope {
  readonly storage: Pick<Storage, 'scan' | 'load' | 'find'>
  readonly equals: { readonly merchant?: string }
  readonly before: number
  readonly findings: Findings
}

/** How many buckets are looked through in one reading of the tables: bounds the memory. */
const BUCKETS_A_ROUND = 4_096

/**
 * Looks a second time at what the tallies could not match, and names it. Money may move meanwhile: a transaction and its entries
 * become visible together, so an entry that was there before the transactions were read must find its own among them, and a
 * transaction's entries must be there when entries are read after it. What is newer is not judged.
 */
export const spellOut = async (scope: Scope, tally: Tally): Promise<void> => {
  const buckets = tally.unequal()
  for (let at = 0; at < buckets.length && !scope.findings.isFull; at += BUCKETS_A_ROUND) {
    await round(scope, tally, new Set(buckets.slice(at, at + BUCKETS_A_ROUND)))
  }
}

const round = async (scope: Scope, tally: Tally, buckets: ReadonlySet<string>): Promise<void> => {
  const groups = [...new Set([...buckets].map(groupOfBucket))]
  const unexpected = new Map(groups.map((group) => [group, new Difference()]))
  const missing = new Map(groups.map((group) => [group, new Difference()]))
  await readEntries(scope, tally, buckets, unexpected, 1)
  await readTransactions(scope, tally, buckets, (group, thing) => {
    unexpected.get(group)?.add(thing, -1)
    missing.get(group)?.add(thing, 1)
  })
  await readEntries(scope, tally, buckets, missing, -1)
  for (const group of groups) {
    const [merchant = '', account = ''] = group.split('\0')
    for (const [thing, count] of unexpected.get(group) ?? []) {
      if (count < 0) continue
      const { transaction, what } = nameOfThing(thing)
      const message = `'${account}' has an entry that no transaction explains, or one too many: the ${what}`
      scope.findings.add({ kind: 'entry_unexpected', merchant, account, transaction, message })
    }
    for (const [thing, count] of missing.get(group) ?? []) {
      if (count < 0) continue
      const { transaction, what } = nameOfThing(thing)
      const message = `'${account}' has no entry for the ${what}`
      scope.findings.add({ kind: 'entry_missing', merchant, account, transaction, message })
    }
  }
}

const readEntries = async (
  { storage, before }: Scope,
  tally: Tally,
  buckets: ReadonlySet<string>,
  differences: ReadonlyMap<string, Difference>,
  times: 1 | -1,
): Promise<void> => {
  for (const [group, difference] of differences) {
    const [merchant = '', account = ''] = group.split('\0')
    const [row] = await storage.load(accounts, [{ merchant, account }])
    for await (const page of storage.scan(entries, { index: 'key', equals: { merchant, account } })) {
      for (const entry of page) {
        const thing = entryThing(entry, row)
        if (entry.at < before && buckets.has(tally.bucket(group, thing))) difference.add(thing, times)
      }
    }
  }
}

const readTransactions = async (
  { storage, equals, before }: Scope,
  tally: Tally,
  buckets: ReadonlySet<string>,
  found: (group: string, thing: string) => void,
): Promise<void> => {
  for await (const page of storage.scan(ledgerTransactions, { index: 'key', equals })) {
    for (const row of page) {
      if (row.recordedAt >= before || !isWellFormed(row)) continue
      for (const { account, thing } of sidesOf(row)) {
        if (buckets.has(tally.bucket(account, thing))) found(account, thing)
      }
    }
  }
}
