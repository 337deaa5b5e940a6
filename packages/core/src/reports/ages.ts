/** One amount that made an account owe, and when it did. */
export interface Owed {
  readonly amount: bigint
  readonly at: number
}

/** How much of what is open is how old: a sum for each bound, and one for what is older than all of them. */
export interface Ages {
  readonly sums: readonly bigint[]
  /** When the oldest of it came; null where nothing is open. */
  readonly oldest: number | null
}

/**
 * Shares what is open by its age. Gateways settle the oldest first, so what is open is the newest: give what came newest first, and stop when
 * `done`. `boundsMs`: rising ages, each inclusive.
 */
export class Ageing {
  readonly #now: number
  readonly #boundsMs: readonly number[]
  readonly #sums: bigint[]
  #left: bigint
  #oldest: number | null = null

  constructor(open: bigint, now: number, boundsMs: readonly number[]) {
    this.#left = open > 0n ? open : 0n
    this.#now = now
    this.#boundsMs = boundsMs
    this.#sums = [...boundsMs.map(() => 0n), 0n]
  }

  get done(): boolean {
    return this.#left === 0n
  }

  add({ amount, at }: Owed): void {
    const part = amount < this.#left ? amount : this.#left
    if (part <= 0n) return
    const age = this.#now - at
    const found = this.#boundsMs.findIndex((bound) => age <= bound)
    const index = found === -1 ? this.#boundsMs.length : found
    this.#sums[index] = (this.#sums[index] ?? 0n) + part
    this.#left -= part
    this.#oldest = this.#oldest === null || at < this.#oldest ? at : this.#oldest
  }

  end(): Ages {
    return { sums: this.#sums, oldest: this.#oldest }
  }
}
