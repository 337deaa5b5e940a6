import type { Random } from '@florin/core'
import { bytesOf, mulberry32 } from './mulberry32.ts'

/** The same bytes for the same seed, on every machine: mulberry32, whose state is one 32-bit number. Not for secrets. */
export const seededRandom = (seed: number): Random => {
  const next = mulberry32(seed)
  return { bytes: (size) => bytesOf(next, size) }
}
