import { type Random, sha256, toHex } from '../kernel/index.ts'

const BUCKET_DIGITS = 3 // 4,096 buckets a group: few things need a second look where few differ

/**
 * Whether two streams hold the same things the same number of times, in any order and in little memory: each thing adds a keyed
 * 256-bit digest to a sum, on either side with its sign, and sums of what matches are zero. The key is fresh for every run, so
 * nobody can prepare rows that cancel out. Things are summed by group and bucket, so that a difference can be looked for among few.
 */
export class Tally {
  private readonly sums = new Map<string, bigint>()
  private readonly key: string

  constructor(random: Random) {
    this.key = toHex(random.bytes(32))
  }

  add(group: string, thing: string, times: 1n | -1n): void {
    const hex = this.digest(thing)
    const bucket = bucketOf(group, hex)
    this.sums.set(bucket, (this.sums.get(bucket) ?? 0n) + times * BigInt(`0x${hex}`))
  }

  /** Where `add` would count this thing. */
  bucket(group: string, thing: string): string {
    return bucketOf(group, this.digest(thing))
  }

  /** The buckets that do not match. */
  unequal(): string[] {
    return [...this.sums].filter(([, sum]) => sum !== 0n).map(([bucket]) => bucket)
  }

  private digest(thing: string): string {
    return toHex(sha256(`${this.key}${thing}`))
  }
}

const bucketOf = (group: string, hex: string): string => `${group}\0${hex.slice(0, BUCKET_DIGITS)}`

/** The group that a bucket belongs to. */
export const groupOfBucket = (bucket: string): string => bucket.slice(0, -1 - BUCKET_DIGITS)

/** The exact difference of two streams, for the few things that a `Tally` could not match. */
export class Difference {
  private readonly counts = new Map<string, number>()

  add(thing: string, times: 1 | -1): void {
    const count = (this.counts.get(thing) ?? 0) + times
    if (count === 0) this.counts.delete(thing)
    else this.counts.set(thing, count)
  }

  /** What is there more often on one side, and how much more often. */
  *[Symbol.iterator](): Iterator<readonly [thing: string, count: number]> {
    yield* this.counts
  }
}
