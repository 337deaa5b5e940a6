import type { Random } from '@florin/core'

/** The same bytes for the same seed, on every machine: mulberry32, whose state is one 32-bit number. Not for secrets. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    bytes(size) {
      const out = new Uint8Array(size)
      for (let i = 0; i < size; i += 4) {
        const word = next()
        for (let j = 0; j < 4 && i + j < size; j++) out[i + j] = word >>> (8 * j)
      }
      return out
    },
  }
}
