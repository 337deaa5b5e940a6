import type { JobRow } from './tables.ts'

/** Jobs of several queues, each queue's oldest first, as one lease takes them: the first of each queue, then the second of each; at most `limit`. */
export const inTurns = (queues: readonly (readonly JobRow[])[], limit: number): readonly JobRow[] =>
  queues
    .flatMap((rows) => rows.map((row, place) => ({ row, place })))
    .sort((a, b) => a.place - b.place || a.row.due - b.row.due || (a.row.id < b.row.id ? -1 : 1))
    .slice(0, limit)
    .map(({ row }) => row)
