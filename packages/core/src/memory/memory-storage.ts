import { FlorinError } from '../kernel/index.ts'
import type { AnyTable, Row } from '../records/index.ts'
import {
  inTurns,
  type JobRow,
  jobs,
  type LeaseOptions,
  type Outcome,
  type Page,
  type Storage,
  seals,
} from '../storage/index.ts'
import { commitBatch } from './commit.ts'
import type { Cells } from './order.ts'
import { type AnyQuery, select } from './select.ts'
import { Tables } from './tables.ts'

const SCAN_PAGE = 1000
const DUPLICATE_SEAL: Outcome = Object.freeze({ committed: false, conflict: 'duplicate', table: seals.name })
const COMMITTED: Outcome = Object.freeze({ committed: true })

const lease = (tables: Tables, queues: readonly string[], options: LeaseOptions): readonly JobRow[] => {
  const { limit, leaseMs, now, token } = options
  const store = tables.of(jobs)
  const due = queues.map((queue) => select(store, { index: 'due', equals: { queue }, to: now, limit }).slots)
  const rows = due.map((slots) => slots.map(({ row }) => row as unknown as JobRow))
  return inTurns(rows, limit).map(({ id, tries }) => {
    const slot = store.get({ id })
    if (slot === undefined) throw new FlorinError('internal', `job '${id}' is in an index, and not in its table`)
    store.replace(slot, { due: now + leaseMs, token, tries: tries + 1 })
    return store.read(slot) as unknown as JobRow
  })
}

const page = <R>(tables: Tables, table: AnyTable, query: AnyQuery): Page<R> => {
  const store = tables.of(table)
  const { slots, next } = select(store, query)
  const rows = slots.map((slot) => store.read(slot)) as unknown as readonly R[]
  return next === undefined ? { rows } : { rows, next }
}

/**
 * A complete storage in this process's memory, for tests and first steps: it keeps every rule that the SQL storages keep, and
 * forgets everything with the process. Each call takes effect at once and whole, so concurrent callers cannot see half a batch.
 * Rows that it hands out are frozen or copies. Rejects with `internal` on a row that breaks the catalogue's checks or on an
 * append to a key that is taken (the whole batch is then as if it never came), and with `closed` after `close`.
 */
export const memoryStorage = (): Storage => {
  const tables = new Tables()
  let closed = false
  const open = (): Tables => {
    if (closed) throw new FlorinError('closed', 'this memory storage was closed: make a new one')
    return tables
  }
  return Object.freeze<Storage>({
    name: 'memory',
    async commit(batch) {
      return commitBatch(open(), batch)
    },
    async load(table, keys) {
      const store = open().of(table)
      return keys.map((key) => {
        const slot = store.get(key as Cells)
        return slot && (store.read(slot) as never)
      })
    },
    async find(table, query) {
      return page(open(), table, query as AnyQuery)
    },
    async *scan<T extends AnyTable>(table: T, query: Parameters<Storage['scan']>[1]) {
      let after: string | undefined
      do {
        const { rows, next } = page<Row<T>>(open(), table, { ...(query as AnyQuery), limit: SCAN_PAGE, after })
        if (rows.length > 0) yield rows
        after = next
      } while (after !== undefined)
    },
    async lease(queues, options) {
      return lease(open(), queues, options)
    },
    async unsealed() {
      open() // commit seals what it appends
      return []
    },
    async seal(seal) {
      return open().of(seals).insert(seal) === undefined ? DUPLICATE_SEAL : COMMITTED
    },
    async head(partition) {
      return open().head(partition)
    },
    async migrate() {
      open()
    },
    async close() {
      closed = true
    },
  })
}
