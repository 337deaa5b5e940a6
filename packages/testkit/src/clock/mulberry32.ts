/** 32 bits at a time, the same for the same seed on every machine (mulberry32, whose state is one 32-bit number). Not for secrets. */
export const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** `size` bytes of such words. */
export const bytesOf = (next: () => number, size: number): Uint8Array => {
  const out = new Uint8Array(size)
  for (let i = 0; i < size; i += 4) {
    const word = next()
    for (let j = 0; j < 4 && i + j < size; j += 1) out[i + j] = word >>> (8 * j)
  }
  return out
}
