export { decodeCursor, encodeCursor } from './cursor.ts'
export { inTurns } from './in-turns.ts'
export { lookUp } from './look-up.ts'
export type { Batch, LeaseOptions, Lookup, Outcome, Page, Query, ReplicaHealth, Replicas, Storage } from './storage.ts'
export {
  type AccountRow,
  accounts,
  type EntryRow,
  type EventData,
  type EventKey,
  type EventRow,
  entries,
  events,
  type JobRow,
  jobs,
  type SealRow,
  SPINE,
  seals,
} from './tables.ts'
