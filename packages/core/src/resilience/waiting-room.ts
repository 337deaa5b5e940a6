import { type Link, LinkedList } from './linked-list.ts'

/** One merchant's place in the round, with those of its callers that wait. */
interface Turn<T> {
  readonly merchant: string
  readonly waiting: LinkedList<T>
  place: Link<Turn<T>>
}

/** Where one caller waits. */
export interface Seat<T> {
  readonly turn: Turn<T>
  readonly link: Link<T>
}

/** Callers of one rank that wait: one of each merchant in turn, first come first served within a merchant. All in constant time. */
export class WaitingRoom<T> {
  readonly #turns = new Map<string, Turn<T>>()
  readonly #round = new LinkedList<Turn<T>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  push(merchant: string, item: T): Seat<T> {
    const turn = this.#turns.get(merchant) ?? this.#join(merchant)
    this.#size += 1
    return { turn, link: turn.waiting.push(item) }
  }

  /** Takes out whoever is next. */
  shift(): T | undefined {
    const turn = this.#round.first?.item
    const link = turn?.waiting.first
    if (turn === undefined || link === null || link === undefined) return undefined
    this.remove({ turn, link })
    if (turn.waiting.size > 0) {
      this.#round.remove(turn.place)
      turn.place = this.#round.push(turn)
    }
    return link.item
  }

  /** Takes out one who gives up; false where its turn had come. */
  remove({ turn, link }: Seat<T>): boolean {
    if (!turn.waiting.remove(link)) return false
    this.#size -= 1
    if (turn.waiting.size === 0) {
      this.#round.remove(turn.place)
      this.#turns.delete(turn.merchant)
    }
    return true
  }

  /**
   * Takes out the newest of the merchant that has the most here, where that is at least two more than `merchant` has: a full room is
   * shared, and not for whoever came first.
   */
  crowdOut(merchant: string): T | undefined {
    let most: Turn<T> | undefined
    for (const turn of this.#turns.values()) if (turn.waiting.size > (most?.waiting.size ?? 0)) most = turn
    const own = this.#turns.get(merchant)?.waiting.size ?? 0
    const link = most?.waiting.last
    if (most === undefined || link === null || link === undefined || most.waiting.size < own + 2) return undefined
    this.remove({ turn: most, link })
    return link.item
  }

  #join(merchant: string): Turn<T> {
    const turn = { merchant, waiting: new LinkedList<T>() } as Turn<T>
    turn.place = this.#round.push(turn)
    this.#turns.set(merchant, turn)
    return turn
  }
}
