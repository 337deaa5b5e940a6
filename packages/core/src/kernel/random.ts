import { randomFillSync } from 'node:crypto'

/** A source of random bytes. The system's is cryptographic; the simulator's is seeded. */
export interface Random {
  /** `size` fresh bytes; the caller may keep them. */
  bytes(size: number): Uint8Array
}

const POOL_BYTES = 8192 // one system call serves a few hundred ids

const pooled = (): Random => {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  return {
    bytes(size) {
      if (size > POOL_BYTES) return randomFillSync(new Uint8Array(size))
      if (used + size > POOL_BYTES) {
        randomFillSync(pool)
        used = 0
      }
      const out = pool.slice(used, used + size)
      pool.fill(0, used, used + size) // a pool that remembers would hand out yesterday's initialisation vectors in a heap dump
      used += size
      return out
    },
  }
}

export const systemRandom: Random = Object.freeze(pooled())

/** An integer in `[0, below)`, for jitter; not for secrets (modulo bias below 2^-20 for small bounds). */
export const randomBelow = (random: Random, below: number): number => {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % Math.max(1, Math.floor(below))
}
