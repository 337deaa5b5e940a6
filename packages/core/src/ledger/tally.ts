import { type Random, sha256, toHex } from '../kernel/index.ts'

/**
 * Whether two streams hold the same things the same number of times, in any order and in little memory: each thing adds a keyed
 * 256-bit digest to the sum of its group, on either side with its sign, and a group that matches sums to zero. The key is fresh for
 * every run, so nobody can prepare rows that cancel out.
 */
export class Tally {
  private readonly sums = new Map<string, bigint>()
  private readonly key: string

  constructor(random: Random) {
    this.key = toHex(random.bytes(32))
  }

  add(group: string, thing: string, times: 1n | -1n): void {
    const value = BigInt(`0x${toHex(sha256(`${this.key}${thing}`))}`)
    this.sums.set(group, (this.sums.get(group) ?? 0n) + times * value)
  }

  /** The groups that do not match. */
  unequal(): string[] {
    return [...this.sums].filter(([, sum]) => sum !== 0n).map(([group]) => group)
  }
}

/** The exact difference of two streams, for the few groups that a `Tally` found unequal. */
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
