import { sealEvents } from '../events/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { accountKey, accountsOf, type Booked, book } from '../ledger/index.ts'
import type { AnyTable, Change, PostOp } from '../records/index.ts'
import {
  type AccountRow,
  accounts,
  type Batch,
  type EventRow,
  entries,
  events,
  jobs,
  type Outcome,
  type SealRow,
  seals,
} from '../storage/index.ts'
import type { Cells } from './order.ts'
import type { Tables } from './tables.ts'
import { UndoLog } from './undo-log.ts'

const COMMITTED: Outcome = Object.freeze({ committed: true })
const NO_LEASE: Outcome = Object.freeze({ committed: false, conflict: 'lease' })
const PARTITION = 0

/** A post guard and the change that it belongs to. Posts are decided together, last: a change that loses elsewhere moves nothing. */
interface Pending {
  readonly op: PostOp
  readonly change: number
}

/** The first guard of a change that does not hold, other than its posts, which are gathered; the others' writes go to `log`. */
const guard = (tables: Tables, log: UndoLog, change: Change, index: number, posts: Pending[]): Outcome | undefined => {
  for (const op of change.guards) {
    switch (op.op) {
      case 'claim': {
        if (!log.insert(tables.of(op.table), op.row)) {
          return { committed: false, conflict: 'duplicate', table: op.table.name }
        }
        break
      }
      case 'replace': {
        const store = tables.of(op.table)
        const slot = store.get(op.key)
        if (slot?.row.version !== op.expect) return { committed: false, conflict: 'version', table: op.table.name }
        log.replace(store, slot, op.set)
        break
      }
      case 'finish': {
        const store = tables.of(jobs)
        const slot = store.get({ id: op.id })
        if (slot?.row.token !== op.token) return NO_LEASE
        if (op.again === null) log.remove(store, slot)
        else log.replace(store, slot, { due: op.again, token: null, tries: slot.row.tries })
        break
      }
      case 'post':
        posts.push({ op, change: index })
    }
  }
  return undefined
}

const accountRows = (tables: Tables, posts: readonly PostOp[]): ReadonlyMap<string, AccountRow> => {
  const store = tables.of(accounts)
  const rows = new Map<string, AccountRow>()
  for (const key of accountsOf(posts)) {
    const slot = store.get({ ...key })
    if (slot !== undefined) rows.set(accountKey(key.merchant, key.account), slot.row as AccountRow)
  }
  return rows
}

/**
 * Books the posts of the changes that still stand, and names those that end below a floor. A change loses whole: when one with several
 * posts loses, some of them may have been booked and seen by later changes, so all is booked anew without it. That ends, because
 * every round takes out a change; with one post a change, the usual case, there is one round.
 */
const bookAll = (tables: Tables, pending: readonly Pending[], outcomes: Outcome[]): Booked => {
  const rows = accountRows(
    tables,
    pending.map(({ op }) => op),
  )
  let standing = pending
  for (;;) {
    const booked = book(
      standing.map(({ op }) => op),
      rows,
    )
    if (!nameLosers(booked, standing, outcomes)) return booked
    standing = standing.filter(({ change }) => outcomes[change] === COMMITTED)
  }
}

/** Whether the rest has to be booked anew. */
const nameLosers = (booked: Booked, standing: readonly Pending[], outcomes: Outcome[]): boolean => {
  for (const { index, account } of booked.losers) {
    const { change } = standing[index] as Pending
    outcomes[change] = { committed: false, conflict: 'floor', account }
    if (standing[index - 1]?.change === change || standing[index + 1]?.change === change) return true
  }
  return false
}

const mustInsert = (tables: Tables, log: UndoLog, table: AnyTable, row: Cells): void => {
  if (log.insert(tables.of(table), row)) return
  throw new FlorinError('internal', `append to ${table.name}: its key is taken, though its maker said it was fresh`, {
    details: { table: table.name },
  })
}

/** The effects of a change that won; the events among them are handed back for sealing. */
const perform = (tables: Tables, log: UndoLog, change: Change, appended: EventRow[]): void => {
  for (const op of change.effects) {
    if (op.op === 'schedule') {
      log.insert(tables.of(jobs), op.row) // one with this key that waits already stays
      continue
    }
    mustInsert(tables, log, op.table, op.row)
    if (op.table.name === events.name) appended.push(op.row as EventRow)
  }
}

const writeLedger = (tables: Tables, log: UndoLog, booked: Booked): void => {
  const store = tables.of(accounts)
  for (const { row, fresh } of booked.accounts) {
    const slot = fresh ? undefined : store.get(row)
    if (slot === undefined) mustInsert(tables, log, accounts, row)
    else log.replace(store, slot, Object.fromEntries(accounts.mutable.map((name) => [name, row[name]])))
  }
  for (const entry of booked.entries) mustInsert(tables, log, entries, entry)
}

const decide = (tables: Tables, batch: Batch, logs: readonly UndoLog[], shared: UndoLog): readonly Outcome[] => {
  const outcomes: Outcome[] = []
  const pending: Pending[] = []
  batch.changes.forEach((change, index) => {
    const posts: Pending[] = []
    const lost = guard(tables, logs[index] as UndoLog, change, index, posts)
    outcomes.push(lost ?? COMMITTED)
    if (lost === undefined) pending.push(...posts)
  })
  const booked = pending.length === 0 ? undefined : bookAll(tables, pending, outcomes)
  const appended: EventRow[] = []
  logs.forEach((log, index) => {
    if (outcomes[index] !== COMMITTED) log.undo()
  })
  batch.changes.forEach((change, index) => {
    if (outcomes[index] === COMMITTED) perform(tables, shared, change, appended)
  })
  if (booked !== undefined) writeLedger(tables, shared, booked)
  if (appended.length > 0) {
    for (const seal of sealEvents(tables.head(PARTITION), PARTITION, batch.at, appended)) {
      mustInsert(tables, shared, seals, seal satisfies SealRow)
    }
  }
  return outcomes
}

/**
 * Decides and writes a batch. Guards are tried in the order given and written as they hold; a change that loses takes its own
 * writes back, and an error, which is always a bug of the caller's, takes back the whole batch.
 */
export const commitBatch = (tables: Tables, batch: Batch): readonly Outcome[] => {
  const logs = batch.changes.map(() => new UndoLog())
  const shared = new UndoLog()
  try {
    return decide(tables, batch, logs, shared)
  } catch (error) {
    shared.undo()
    for (const log of logs.reverse()) log.undo()
    throw error
  }
}
