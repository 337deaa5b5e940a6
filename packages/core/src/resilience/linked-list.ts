/** An item's place in a list, by which it is taken out again. */
export interface Link<T> {
  readonly item: T
  before: Link<T> | null
  after: Link<T> | null
  /** Whether it still stands in its list. */
  linked: boolean
}

/** First in, first out, with removal from the middle in constant time: whoever gives up waiting leaves nothing behind. */
export class LinkedList<T> {
  #first: Link<T> | null = null
  #last: Link<T> | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The oldest item. */
  get first(): Link<T> | null {
    return this.#first
  }

  /** The newest item. */
  get last(): Link<T> | null {
    return this.#last
  }

  push(item: T): Link<T> {
    const link: Link<T> = { item, before: this.#last, after: null, linked: true }
    if (this.#last === null) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#size += 1
    return link
  }

  /** Takes an item out; false where it has gone before. */
  remove(link: Link<T>): boolean {
    if (!link.linked) return false
    if (link.before === null) this.#first = link.after
    else link.before.after = link.after
    if (link.after === null) this.#last = link.before
    else link.after.before = link.before
    link.before = null
    link.after = null
    link.linked = false
    this.#size -= 1
    return true
  }
}
