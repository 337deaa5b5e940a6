const DIGITS = 16 // as many as the last instant of a Date has

const padded = (instant: number): string => String(instant).padStart(DIGITS, '0')

/**
 * A row's place in the queue of its gateway: text that sorts by gateway, then by the instant at which it is due. So every gateway has a
 * queue of its own in one index, which holds nothing but what is due some day. A gateway's name has no space.
 */
export const placeIn = <D extends number | null>(gateway: string, due: D): D extends number ? string : string | null =>
  (due === null ? null : `${gateway} ${padded(due)}`) as D extends number ? string : string | null

/** What of a gateway's queue is due by `now`, as a range of places. */
export const dueBy = (gateway: string, now: number): { readonly from: string; readonly to: string } => ({
  from: `${gateway} `,
  to: placeIn(gateway, now),
})

/** Whose queue a place is in. */
export const gatewayIn = (place: string): string => place.slice(0, place.indexOf(' '))

/** Where the queue after this gateway's begins: no name has a character before `!` but the space that ends it. */
export const afterQueue = (gateway: string): string => `${gateway}!`
