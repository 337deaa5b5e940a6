import { step } from '../kernel/index.ts'
import { backoffMs } from '../payments/index.ts'
import type { Mutable } from '../records/index.ts'
import { DELIVERY, type DeliveryEvent, type DeliveryState } from './machine.ts'
import type { WebhookInboxRow, webhookInbox } from './records.ts'

/** With the back-off about ten days: long enough for any answer of ours to have been recorded, and for a gateway to come back. */
export const MOST_TRIES = 24
/**
 * With the back-off about a day and a half. What names no attempt of ours waits only for an id that an answer on its way may bring,
 * and recovery has that by then; beyond it, the gateway account is shared with another system, whose business it is.
 */
export const MOST_STRANGE_TRIES = 16

/** Why a delivery could not be worked off: codes, never content. */
export type DeliveryNote = 'no_such_attempt' | 'unmatched' | 'unreadable' | 'failed' | 'crashed'

/** The columns of a delivery that change. */
export type DeliverySet = Mutable<typeof webhookInbox>

/** Begins a try: whoever commits this works on it until `until`, and nobody else. */
export const beginTry = (row: WebhookInboxRow, until: number): DeliverySet => ({
  ...kept(row),
  queue: row.gateway,
  due: until,
  tries: row.tries + 1,
})

/** Whether all tries are used up, also those that nobody lived to see the end of. */
export const isExhausted = (row: WebhookInboxRow): boolean => row.tries >= MOST_TRIES

/** Ends a try that was begun. `note` is null where everything was applied, else why something was not. */
export const endTry = (row: WebhookInboxRow, note: DeliveryNote | null, now: number): DeliverySet => {
  const event = eventOf(row, note)
  const state = step(DELIVERY, row.state, event)
  const base = { ...kept(row), state, note }
  if (state === 'waiting') return { ...base, queue: row.gateway, due: now + backoffMs(row.tries), droppable: null }
  // The dead are somebody's money until a person has looked: their bytes stay.
  return { ...base, queue: null, due: now, droppable: state === 'dead' ? null : now }
}

const eventOf = (row: WebhookInboxRow, note: DeliveryNote | null): DeliveryEvent => {
  if (note === null) return 'done'
  if (note === 'unmatched') return row.tries >= MOST_STRANGE_TRIES ? 'strange' : 'later'
  return row.tries >= MOST_TRIES ? 'exhausted' : 'later'
}

/** Puts a delivery back to work at once, with all its tries, whatever became of it before. */
export const redriveSet = (row: WebhookInboxRow, now: number): DeliverySet => ({
  state: step(DELIVERY, row.state, 'redrive'),
  queue: row.gateway,
  due: now,
  tries: 0,
  note: null,
  droppable: null,
  version: row.version + 1,
})

const kept = (row: WebhookInboxRow): DeliverySet => ({
  state: row.state,
  queue: row.queue,
  due: row.due,
  tries: row.tries,
  note: row.note,
  droppable: row.droppable,
  version: row.version + 1,
})

/** The states that a person can list the inbox by, beside `rejected`. */
export const DELIVERY_STATES: readonly DeliveryState[] = Object.freeze(Object.keys(DELIVERY) as DeliveryState[])
