import { digest, sha256 } from '../kernel/index.ts'
import type { EventKey, EventRow, SealRow } from '../storage/index.ts'

/** How many events a seal lists at most: one row stays below 200 kB, and one commit seals whole batches. */
export const SEAL_SIZE = 1_000

const DIGEST_BYTES = 32

/** What the first seal of a partition names as the one before it. Not frozen (bytes cannot be); never write to it. */
export const GENESIS: Uint8Array = new Uint8Array(DIGEST_BYTES)

/**
 * Gives events their positions, in the order given, and chains them: one seal per 1,000, after `head`. No events, no seal. The
 * caller appends them; a storage may do so in the transaction that appends the events.
 */
export const sealEvents = (
  head: SealRow | undefined,
  partition: number,
  at: number,
  events: readonly EventRow[],
): readonly SealRow[] => {
  const seals: SealRow[] = []
  let first = head === undefined ? 1 : head.first + head.size
  let previous = head === undefined ? GENESIS : head.hash
  for (let start = 0; start < events.length; start += SEAL_SIZE) {
    const part = start === 0 && events.length <= SEAL_SIZE ? events : events.slice(start, start + SEAL_SIZE)
    const root = merkleRoot(part.map((event) => event.digest))
    const keys = part.map((event): EventKey => [event.merchant, event.subject, event.version])
    const sealed = { partition, first, size: part.length, root, previous }
    const seal = { ...sealed, events: keys, hash: sealHash(sealed), at }
    seals.push(seal)
    first += part.length
    previous = seal.hash
  }
  return seals
}

/** SHA-256 over a versioned domain, partition, first position, size, Merkle root and the previous seal's hash. */
export const sealHash = (seal: Pick<SealRow, 'partition' | 'first' | 'size' | 'root' | 'previous'>): Uint8Array =>
  digest('florin.seal.1', [seal.partition, seal.first, seal.size, seal.root, seal.previous])

const PAIR = new Uint8Array(1 + 2 * DIGEST_BYTES)
PAIR[0] = 1 // the domain of inner nodes; leaves (event digests) are over a leading 0

/**
 * The Merkle tree hash of RFC 6962, section 2.1, over leaf hashes. Levels are paired from the left and an odd last node moves up as
 * it is, which gives the very tree that the RFC defines by splitting at powers of two.
 */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  if (leaves.length === 0) return sha256('')
  let level: readonly Uint8Array[] = leaves
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < level.length; i += 2) {
      PAIR.set(level[i] as Uint8Array, 1)
      PAIR.set(level[i + 1] as Uint8Array, 1 + DIGEST_BYTES)
      above.push(sha256(PAIR))
    }
    if (level.length % 2 === 1) above.push(level[level.length - 1] as Uint8Array)
    level = above
  }
  return level[0] as Uint8Array
}
