import { FlorinError } from '../kernel/index.ts'
import { type EventKey, type EventRow, events, type SealRow, type Storage, seals } from '../storage/index.ts'
import { DEFAULT_PARTITION } from './sequencer.ts'
import { type Upcasters, upcast } from './upcast.ts'

/** How far a reader has read: `position` is that of the last event it has dealt with, 0 before the first. */
export interface Cursor {
  readonly partition: number
  readonly position: number
}

/** Before the first event. */
export const START: Cursor = Object.freeze({ partition: DEFAULT_PARTITION, position: 0 })

/** An event with its place in the stream. */
export type StreamEvent = EventRow & { readonly partition: number; readonly position: number }

/** One page of the stream. */
export interface EventPage {
  /** With dense positions that follow the cursor; empty at the end of the stream. */
  readonly events: readonly StreamEvent[]
  /** The cursor after these events: the given one when there are none. */
  readonly next: Cursor
}

/** How to read a page. */
export interface ReadOptions {
  /** Events a page, 1 to 1,000; 100 if absent. */
  readonly limit?: number
  readonly upcasters?: Upcasters
}

const MAX_LIMIT = 1_000
const SEALS_A_FETCH = 32 // a seal is anything between one event and a thousand: enough of small ones, not too many of large ones

/**
 * The events after a cursor, in the order of the stream. Events get their position from the sequencer, so the newest ones may be
 * missing for a moment; what was read once never moves.
 * @throws FlorinError `invalid_request` for a cursor or limit out of range, `storage_corrupt` where a sealed event is gone.
 */
export const readEvents = async (storage: Storage, cursor: Cursor, options: ReadOptions = {}): Promise<EventPage> => {
  if (typeof cursor !== 'object' || cursor === null)
    throw new FlorinError('invalid_request', 'cursor: must be { partition, position }, such as START', {
      details: { path: 'cursor' },
    })
  const { limit = 100, upcasters = {} } = options
  check('limit', limit, 1, MAX_LIMIT)
  check('cursor.position', cursor.position, 0, Number.MAX_SAFE_INTEGER)
  check('cursor.partition', cursor.partition, 0, Number.MAX_SAFE_INTEGER)
  const { partition } = cursor
  const keys = await keysAfter(storage, cursor, limit)
  if (keys.length === 0) return { events: [], next: cursor }
  const rows = await loadEvents(storage, keys)
  const page = rows.map((row, index): StreamEvent => {
    const position = cursor.position + 1 + index
    if (row === undefined) throw gone(partition, position, keys[index] as EventKey)
    return upcast(upcasters, { ...row, partition, position })
  })
  return { events: page, next: { partition, position: cursor.position + page.length } }
}

/** The rows of a seal's keys, in order. */
export const loadEvents = (
  storage: Pick<Storage, 'load'>,
  keys: readonly EventKey[],
): Promise<readonly (EventRow | undefined)[]> =>
  storage.load(
    events,
    keys.map(([merchant, subject, version]) => ({ merchant, subject, version })),
  )

const keysAfter = async (storage: Storage, cursor: Cursor, limit: number): Promise<readonly EventKey[]> => {
  const keys: EventKey[] = []
  let position = cursor.position + 1
  while (keys.length < limit) {
    const found = await sealsFrom(storage, cursor.partition, position, limit - keys.length)
    if (found.length === 0) break
    for (const seal of found) {
      if (keys.length === limit) break
      if (seal.first > position) throw gap(cursor.partition, position, seal.first)
      const part = seal.events.slice(position - seal.first, position - seal.first + limit - keys.length)
      keys.push(...part)
      position += part.length
    }
  }
  return keys
}

/** Seals from the one that lists `position` on; none at the end of the stream. */
const sealsFrom = async (
  storage: Storage,
  partition: number,
  position: number,
  limit: number,
): Promise<readonly SealRow[]> => {
  const query = { index: 'key' as const, equals: { partition } }
  const ahead = await storage.find(seals, { ...query, from: position, limit: Math.min(limit, SEALS_A_FETCH) })
  if (ahead.rows[0]?.first === position) return ahead.rows
  // The cursor stands within a seal, or at the end.
  const { rows } = await storage.find(seals, { ...query, to: position, descending: true, limit: 1 })
  const [within] = rows
  return within !== undefined && position < within.first + within.size ? [within, ...ahead.rows] : ahead.rows
}

const check = (name: string, value: number, low: number, high: number): void => {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return
  throw new FlorinError(
    'invalid_request',
    `${name} is ${typeof value === 'number' ? value : `a ${typeof value}`}; give a whole number from ${low} to ${high}`,
    {
      details: { path: name },
    },
  )
}

const gone = (partition: number, position: number, [, subject, version]: EventKey): FlorinError =>
  new FlorinError(
    'storage_corrupt',
    `event ${position} of partition ${partition} (version ${version} of '${subject}') is sealed but not there; run verify`,
    { details: { partition, position } },
  )

const gap = (partition: number, position: number, found: number): FlorinError =>
  new FlorinError(
    'storage_corrupt',
    `no seal lists position ${position} of partition ${partition}, though one starts at ${found}; run verify`,
    { details: { partition, position } },
  )
