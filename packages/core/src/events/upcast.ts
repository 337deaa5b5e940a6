import type { EventData } from '../storage/index.ts'

/** Turns the data of one version of an event type into the data of the next one. Pure. */
export type Upcaster = (data: EventData) => EventData

/**
 * For each event type, the upcaster away from each old version: `{ 'payment.captured': { 1: toVersion2, 2: toVersion3 } }`. Stored
 * bytes are never rewritten, so an entry stays for as long as events of its version exist: for ever.
 */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>

/**
 * The event with its data brought to the newest version that the table leads to. One that is newer than the table, or of an unknown
 * type, is handed on as it is: readers tolerate what they do not know. `digest` keeps covering the stored form.
 */
export const upcast = <E extends { readonly type: string; readonly v: number; readonly data: EventData }>(
  upcasters: Upcasters,
  event: E,
): E => {
  const steps = Object.hasOwn(upcasters, event.type) ? upcasters[event.type] : undefined
  if (steps === undefined) return event
  let { v, data } = event
  // Ends: every turn takes the next key of a finite table.
  for (let step = steps[v]; step !== undefined; step = steps[v]) {
    data = step(data)
    v += 1
  }
  return v === event.v ? event : { ...event, v, data }
}
