import {
  type AnyTable,
  CATALOGUE,
  type Change,
  type EventRow,
  events,
  type FinishOp,
  keyText,
  type PostOp,
  type ReplaceOp,
} from '@florin/core/storage'
import type { Cells, PendingPost } from '@florin/storage-sql'

/** What all standing changes of a batch do to one table. */
export interface TableWork {
  readonly table: AnyTable
  /** Claims and appends alike: a table has only one of both. */
  readonly inserts: Cells[]
  readonly replaces: ReplaceOp[]
}

/** What a batch does, table by table in the order in which every server takes its locks. */
export interface Work {
  readonly tables: readonly TableWork[]
  readonly finishes: readonly FinishOp[]
  readonly schedules: readonly Cells[]
  readonly posts: readonly PendingPost[]
  /** The events among the inserts, in the order of their changes. */
  readonly events: readonly EventRow[]
}

const PLACES: ReadonlyMap<string, number> = new Map(CATALOGUE.map(({ name }, place) => [name, place]))

/** What rows are sorted by: the key that callers collide on, for two batches that wait for each other's rows crosswise are a deadlock. */
const collidingKey = (table: AnyTable): readonly string[] => {
  const [unique] = Object.values(table.unique as Readonly<Record<string, readonly string[]>>)
  return unique ?? table.key
}

const sortBy = <T>(items: T[], textOf: (item: T) => string): void => {
  if (items.length < 2) return
  const texts = new Map(items.map((item) => [item, textOf(item)]))
  items.sort((a, b) => ((texts.get(a) as string) < (texts.get(b) as string) ? -1 : 1))
}

const inOrder = (tables: ReadonlyMap<string, TableWork>): readonly TableWork[] => {
  for (const { table, inserts, replaces } of tables.values()) {
    if (table.contended) sortBy(inserts, (row) => keyText(collidingKey(table), row))
    sortBy(replaces, ({ key }) => keyText(table.key, key))
  }
  const place = (work: TableWork): number => PLACES.get(work.table.name) ?? PLACES.size
  return [...tables.values()].sort((a, b) => place(a) - place(b))
}

/** Gathers what the changes that still stand do. */
export const workOf = (changes: readonly Change[], stands: (change: number) => boolean): Work => {
  const tables = new Map<string, TableWork>()
  const finishes: FinishOp[] = []
  const schedules: Cells[] = []
  const posts: PendingPost[] = []
  const appended: EventRow[] = []
  const of = (table: AnyTable): TableWork => {
    let work = tables.get(table.name)
    if (work === undefined) {
      work = { table, inserts: [], replaces: [] }
      tables.set(table.name, work)
    }
    return work
  }
  changes.forEach(({ guards, effects }, change) => {
    if (!stands(change)) return
    for (const op of guards) {
      if (op.op === 'claim') of(op.table).inserts.push(op.row)
      else if (op.op === 'replace') of(op.table).replaces.push(op)
      else if (op.op === 'post') posts.push({ op: op satisfies PostOp, change })
      else finishes.push(op)
    }
    for (const op of effects) {
      if (op.op === 'schedule') schedules.push(op.row)
      else {
        of(op.table).inserts.push(op.row)
        if (op.table.name === events.name) appended.push(op.row as EventRow)
      }
    }
  })
  sortBy(finishes, ({ id }) => id)
  sortBy(schedules, (row) => keyText(['queue', 'key'], row))
  return { tables: inOrder(tables), finishes, schedules, posts, events: appended }
}
