/** From how much on a pair's position should be hedged, as data. */
export interface HedgeThreshold {
  /** Two currency codes in the order of the alphabet: `EUR-USD`. */
  readonly pair: string
  /** The one of them that is looked at. */
  readonly currency: string
  /** Decimal string: more than this, held or owed, wants a hedge. */
  readonly above: string
}

/** A pair by its name, the codes in the order of the alphabet. */
export const pairName = (one: string, other: string): string => [one, other].sort().join('-')

/** The queue of the timers that compare positions with their thresholds. */
export const HEDGE_QUEUE = 'fx.hedge'

const EVERY_MS = 5_000 // a pair is looked at so often at most, however many conversions there are

/** The timer that looks at a pair after a conversion: all conversions of a few seconds share one, which is due when those are over. */
export const hedgeTimer = (
  merchant: string,
  one: string,
  other: string,
  now: number,
): {
  readonly queue: string
  readonly key: string
  readonly due: number
  readonly payload: Readonly<Record<string, unknown>>
} => {
  const pair = pairName(one, other)
  const turn = Math.floor(now / EVERY_MS)
  return {
    queue: HEDGE_QUEUE,
    key: `${merchant}/${pair}/${turn}`,
    due: (turn + 2) * EVERY_MS,
    payload: { merchant, pair },
  }
}
