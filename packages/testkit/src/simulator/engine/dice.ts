import { bytesOf, mulberry32 } from '../../clock/mulberry32.ts'

/** Repeatable chance: the same seed gives the same throws on every machine. */
export interface Dice {
  /** A whole number from 0, below `limit`. */
  below(limit: number): number
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  /** Whether it happens, so many times in a hundred. */
  chance(percent: number): boolean
  pick<T>(from: readonly T[]): T
  /** `size` fresh bytes. */
  bytes(size: number): Uint8Array
  /** Dice of their own for one piece of the world, so that what one piece throws moves nothing in another. */
  fork(name: string): Dice
}

/** 32 bits of a text (FNV-1a). */
export const hashOf = (text: string, start = 0x811c9dc5): number => {
  let hash = start
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Dice of a seed. Not for secrets. */
export const diceOf = (seed: number): Dice => {
  const next = mulberry32(seed)
  const below = (limit: number): number => next() % limit
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (percent) => below(100) < percent,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    bytes: (size) => bytesOf(next, size),
    fork: (name) => diceOf(hashOf(name, hashOf(String(seed)))),
  }
}
