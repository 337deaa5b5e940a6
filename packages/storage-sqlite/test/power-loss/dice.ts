import { seededRandom } from '@florin/testkit'

/** Chance that can be repeated. */
export interface Dice {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  /** The same things in any order. */
  shuffle<T>(things: readonly T[]): T[]
}

/** The same throws for the same seed. */
export const createDice = (seed: number): Dice => {
  const random = seededRandom(seed)
  const below = (limit: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % limit
  return {
    below,
    shuffle: (things) => {
      const mixed = [...things]
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = below(last + 1)
        ;[mixed[last], mixed[other]] = [mixed[other] as never, mixed[last] as never]
      }
      return mixed
    },
  }
}
