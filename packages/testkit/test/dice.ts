import { seededRandom } from '@florin/testkit'

/** Repeatable choices. */
export interface Dice {
  below(limit: number): number
  /** Whether it happens, so many times in a hundred. */
  chance(percent: number): boolean
  pick<T>(from: readonly T[]): T
}

export const dice = (seed: number): Dice => {
  const random = seededRandom(seed)
  const below = (limit: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % limit
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
  }
}
