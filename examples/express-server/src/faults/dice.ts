/** Chance that can be repeated: the same seed throws the same numbers. */
export interface Dice {
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
  /** True once in `n` throws. */
  oneIn(n: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
}

/** Mulberry32, by Tommy Ettinger (public domain): enough to vary a test. */
export const createDice = (seed: number): Dice => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    between,
    oneIn: (n) => between(1, n) === 1,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
  }
}
