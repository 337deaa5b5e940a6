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

/** Dice over mulberry32, whose state is one 32-bit number. Not for secrets. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number): number => next() % limit
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (percent) => below(100) < percent,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    bytes(size) {
      const out = new Uint8Array(size)
      for (let i = 0; i < size; i += 4) {
        const word = next()
        for (let j = 0; j < 4 && i + j < size; j += 1) out[i + j] = word >>> (8 * j)
      }
      return out
    },
    fork: (name) => diceOf(hashOf(name, hashOf(String(seed)))),
  }
}
