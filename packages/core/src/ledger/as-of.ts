import { FlorinError, toHex } from '../kernel/index.ts'
import {
  type AccountRow,
  accounts,
  type EntryRow,
  type EventKey,
  entries,
  events,
  type Storage,
  seals,
} from '../storage/index.ts'
import { addEntry, noCounters, pendingOf, postedOf } from './counters.ts'
import { transactionsOf } from './subject.ts'

/**
 * A point in the past: an account's own version, or a position of the event stream, for a picture of many accounts at one moment.
 * Never a wall clock: transactions do not become visible in the order of their timestamps.
 */
export type Moment = { readonly version: number } | { readonly position: number; readonly partition?: number }

/** An account at that moment, minor units on its normal side. */
export interface PastBalance {
  readonly account: string
  readonly currency: string
  readonly side: 'debit' | 'credit'
  readonly posted: bigint
  readonly pending: bigint
}

type Reader = Pick<Storage, 'load' | 'find' | 'scan' | 'unsealed' | 'head'>

const CHUNK = 500
const MAX_UNSEALED = 10_000

/**
 * An account as it was. By version this reads one row. By position it takes back what came later: everything whose event has a
 * higher position or none yet; its cost grows with the events since then, so it is for the recent past and for reports. A
 * transaction that no event records counts as always having been there.
 * @throws FlorinError `not_found` for an account that does not exist, `invalid_request` for a moment that has not come yet,
 * `overloaded` while the sequencer is so far behind that later events cannot be told
 */
export const asOf = async (
  storage: Reader,
  merchant: string,
  account: string,
  moment: Moment,
): Promise<PastBalance> => {
  const [row] = await storage.load(accounts, [{ merchant, account }])
  if (row === undefined) {
    throw new FlorinError(
      'not_found',
      `merchant '${merchant}' has no ledger account '${account}': nothing was posted to it`,
    )
  }
  return 'version' in moment
    ? atVersion(storage, row, moment.version)
    : atPosition(storage, row, moment.position, moment.partition ?? 0)
}

const atVersion = async (storage: Reader, row: AccountRow, version: number): Promise<PastBalance> => {
  const { merchant, account, currency, side } = row
  check('version', version, row.version)
  if (version === 0) return { account, currency, side, posted: 0n, pending: 0n }
  const [entry] = await storage.load(entries, [{ merchant, account, version }])
  if (entry === undefined) {
    throw new FlorinError('storage_corrupt', `entry ${version} of ledger account '${account}' is missing: run verify`)
  }
  return { account, currency, side, posted: entry.balance, pending: entry.pending }
}

const check = (what: string, value: number, max: number): void => {
  if (Number.isSafeInteger(value) && value >= 0 && value <= max) return
  throw new FlorinError('invalid_request', `${what} ${value} is not between 0 and ${max}, the newest`, {
    details: { path: what },
  })
}

const atPosition = async (
  storage: Reader,
  row: AccountRow,
  position: number,
  partition: number,
): Promise<PastBalance> => {
  const { merchant, account, currency, side } = row
  const head = await storage.head(partition)
  check('position', position, head === undefined ? 0 : head.first + head.size - 1)
  // The order matters: what is later is collected after `row` was read, and before the walk over entries, so that the walk meets all
  // of it, and what was committed in between is told by its version.
  const later = await laterThan(storage, row, position, partition)
  const undone = noCounters()
  let missing = [...later.values()].reduce((sum, count) => sum + count, 0)
  if (missing > 0) {
    walk: for await (const page of storage.scan(entries, {
      index: 'key',
      equals: { merchant, account },
      descending: true,
    })) {
      for (const entry of page) {
        if (!later.has(entry.transaction)) continue
        takeBack(undone, entry, row.version)
        missing -= 1
        if (missing === 0) break walk
      }
    }
  }
  const posted = postedOf(row) - postedOf({ ...undone, side })
  return { account, currency, side, posted, pending: pendingOf(row) - pendingOf({ ...undone, side }) }
}

const takeBack = (undone: ReturnType<typeof noCounters>, entry: EntryRow, newest: number): void => {
  if (entry.version <= newest) addEntry(undone, entry.side, entry.phase, entry.amount)
}

/** The transactions with events after `position`, or not sealed yet, that touch the account: how many entries each has on it. */
const laterThan = async (
  storage: Reader,
  row: AccountRow,
  position: number,
  partition: number,
): Promise<ReadonlyMap<string, number>> => {
  const later = new Map<string, number>()
  const waiting = await storage.unsealed(MAX_UNSEALED, 'all')
  if (waiting.length === MAX_UNSEALED) {
    throw new FlorinError(
      'overloaded',
      'too many events have no position yet: try again when the sequencer has caught up',
    )
  }
  await touching(storage, row, waiting, later)
  for await (const page of storage.scan(seals, { index: 'key', equals: { partition }, descending: true })) {
    for (const seal of page) {
      const keys = seal.events.filter(([merchant], at) => seal.first + at > position && merchant === row.merchant)
      for (let at = 0; at < keys.length; at += CHUNK) {
        await touching(storage, row, await loadEvents(storage, keys.slice(at, at + CHUNK)), later)
      }
      if (seal.first <= position + 1) return later
    }
  }
  return later
}

type Recorded = { readonly merchant: string; readonly subject: string; readonly ledger: Uint8Array | null }

const loadEvents = async (storage: Reader, keys: readonly EventKey[]): Promise<readonly Recorded[]> => {
  const named = keys.map(([merchant, subject, version]) => ({ merchant, subject, version }))
  const rows = await storage.load(events, named)
  return rows.filter((event) => event !== undefined)
}

const touching = async (
  storage: Reader,
  { merchant, account }: AccountRow,
  recorded: readonly Recorded[],
  later: Map<string, number>,
): Promise<void> => {
  const wanted = new Map<string, Set<string>>()
  for (const event of recorded) {
    if (event.ledger === null || event.merchant !== merchant) continue
    const digests = wanted.get(event.subject) ?? new Set()
    wanted.set(event.subject, digests.add(toHex(event.ledger)))
  }
  for (const [subject, digests] of wanted) {
    for (const { reference, postings, digest } of await transactionsOf(storage, merchant, subject)) {
      if (!digests.has(toHex(digest))) continue
      let sides = 0
      for (const [debit, credit] of postings) sides += Number(debit === account) + Number(credit === account)
      if (sides > 0) later.set(reference, sides)
    }
  }
}
