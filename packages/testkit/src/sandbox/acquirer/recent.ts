/**
 * A map that remembers at least the last `atLeast` entries and at most twice as many. Two generations instead of deleting the oldest
 * one by one: a JavaScript Map walks over everything that was deleted before to find its first entry.
 */
export class Recent<V> {
  readonly #atLeast: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  constructor(atLeast: number) {
    this.#atLeast = atLeast
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: string, value: V): void {
    this.#young.set(key, value)
    if (this.#young.size < this.#atLeast) return
    this.#old = this.#young
    this.#young = new Map()
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Oldest first. */
  *values(): IterableIterator<V> {
    for (const [key, value] of this.#old) if (!this.#young.has(key)) yield value
    yield* this.#young.values()
  }
}
