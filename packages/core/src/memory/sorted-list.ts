const CHUNK = 512 // an insertion moves at most this many pointers, and a million items make two thousand chunks

/** A place between items: before item `at` of chunk `chunk`. */
export interface Position {
  readonly chunk: number
  readonly at: number
}

/**
 * Items in order, none equal to another. Insertion and removal cost a binary search and the move of at most one chunk; items that
 * arrive in ascending order, as ids do, go to the end without a search.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number
  readonly #chunks: T[][] = []

  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#compare = compare
    const sorted = [...items].sort(compare)
    for (let i = 0; i < sorted.length; i += CHUNK / 2) this.#chunks.push(sorted.slice(i, i + CHUNK / 2))
  }

  insert(item: T): void {
    const last = this.#chunks.at(-1)
    if (last === undefined) {
      this.#chunks.push([item])
      return
    }
    if (this.#compare(last[last.length - 1] as T, item) < 0) {
      if (last.length < CHUNK) last.push(item)
      else this.#chunks.push([item])
      return
    }
    const { chunk, at } = this.seek((other) => this.#compare(other, item) < 0)
    const into = this.#chunks[chunk] as T[]
    into.splice(at, 0, item)
    if (into.length > CHUNK) this.#chunks.splice(chunk + 1, 0, into.splice(CHUNK / 2))
  }

  /** Takes out the item that compares equal; false where there is none. */
  remove(item: T): boolean {
    const { chunk, at } = this.seek((other) => this.#compare(other, item) < 0)
    const from = this.#chunks[chunk]
    const found = from?.[at]
    if (from === undefined || found === undefined || this.#compare(found, item) !== 0) return false
    from.splice(at, 1)
    if (from.length === 0) this.#chunks.splice(chunk, 1)
    return true
  }

  /** The place of the first item that is not `before`; `before` holds for a first part of the list and for nothing after it. */
  seek(before: (item: T) => boolean): Position {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const chunk = this.#chunks[middle] as T[]
      if (before(chunk[chunk.length - 1] as T)) low = middle + 1
      else high = middle
    }
    const chunk = this.#chunks[low]
    if (chunk === undefined) return { chunk: low, at: 0 }
    let from = 0
    let to = chunk.length - 1 // its last item is known not to be before
    while (from < to) {
      const middle = (from + to) >> 1
      if (before(chunk[middle] as T)) from = middle + 1
      else to = middle
    }
    return { chunk: low, at: from }
  }

  /** At most `limit` items between two places, from the first upwards or, `descending`, from the last downwards. */
  between(start: Position, end: Position, limit: number, descending: boolean): T[] {
    const found: T[] = []
    if (descending) {
      for (let c = end.chunk; c >= start.chunk && found.length < limit; c--) {
        const chunk = this.#chunks[c]
        const from = c === end.chunk ? end.at : (chunk?.length ?? 0)
        const until = c === start.chunk ? start.at : 0
        for (let i = from - 1; i >= until && found.length < limit; i--) found.push(chunk?.[i] as T)
      }
      return found
    }
    for (let c = start.chunk; c <= end.chunk && found.length < limit; c++) {
      const chunk = this.#chunks[c]
      const until = c === end.chunk ? end.at : (chunk?.length ?? 0)
      for (let i = c === start.chunk ? start.at : 0; i < until && found.length < limit; i++) found.push(chunk?.[i] as T)
    }
    return found
  }
}
