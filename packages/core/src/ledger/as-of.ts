import { FlorinError } from '../kernel/index.ts'
import { type AccountRow, accounts, entries, type Storage } from '../storage/index.ts'
import { pendingOf, postedOf } from './counters.ts'
import { checkPlace, LaterTransactions, laterCounters } from './later.ts'

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
  const place = { partition, position }
  await checkPlace(storage, place)
  const later = new LaterTransactions(storage, place, merchant)
  await later.look()
  const undone = await laterCounters(storage, row, later)
  const posted = postedOf(row) - postedOf({ ...undone, side })
  return { account, currency, side, posted, pending: pendingOf(row) - pendingOf({ ...undone, side }) }
}
