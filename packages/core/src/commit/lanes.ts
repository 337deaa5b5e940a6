import { Fifo } from './fifo.ts'
import { LANES, type Pending } from './pending.ts'

/** One lane: a turn for each merchant that has something in it, so that a busy one cannot starve the others. */
class LaneQueue {
  readonly #rank: number
  readonly #merchants = new Map<string, Fifo<Pending>>()
  readonly #turns = new Fifo<string>()

  constructor(rank: number) {
    this.#rank = rank
  }

  push(item: Pending): void {
    const queue = this.#merchants.get(item.merchant)
    if (queue !== undefined) {
      queue.push(item)
      return
    }
    const fresh = new Fifo<Pending>()
    fresh.push(item)
    this.#merchants.set(item.merchant, fresh)
    this.#turns.push(item.merchant)
  }

  peek(): Pending | undefined {
    for (;;) {
      const merchant = this.#turns.peek()
      if (merchant === undefined) return undefined
      const item = this.#merchants.get(merchant)?.peek()
      if (item !== undefined && !item.taken && item.rank === this.#rank) return item
      this.shift() // it was raised to another lane meanwhile
    }
  }

  shift(): void {
    const merchant = this.#turns.shift()
    if (merchant === undefined) return
    const queue = this.#merchants.get(merchant)
    queue?.shift()
    if (queue !== undefined && queue.size > 0) this.#turns.push(merchant)
    else this.#merchants.delete(merchant)
  }
}

/** The changes that are ready for a batch: outcomes first, then recovery, then intents; round-robin by merchant within each. */
export class Lanes {
  readonly #queues = LANES.map((_, rank) => new LaneQueue(rank))

  push(item: Pending): void {
    this.#at(item.rank).push(item)
  }

  /** The next in line. */
  peek(): Pending | undefined {
    for (const queue of this.#queues) {
      const item = queue.peek()
      if (item !== undefined) return item
    }
    return undefined
  }

  /** Takes what `peek` showed. */
  take(item: Pending): void {
    item.taken = true
    this.#at(item.rank).shift()
  }

  /** Lets everything that `item` waits for go at its rank at least, or an outcome would queue behind the intents of a busy hour. */
  raiseBlockers(item: Pending): void {
    const raised: Pending[] = [item]
    for (let next = raised.pop(); next !== undefined; next = raised.pop()) {
      for (const blocker of next.behind) {
        if (blocker.taken || blocker.rank <= item.rank) continue
        blocker.rank = item.rank
        if (blocker.blockers === 0)
          this.push(blocker) // its place in the old lane is skipped
        else raised.push(blocker)
      }
    }
  }

  #at(rank: number): LaneQueue {
    return this.#queues[rank] as LaneQueue
  }
}
