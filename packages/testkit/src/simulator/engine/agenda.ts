/** What happens next: events by instant; those of one instant in an order that the seed decides. */
export interface Planned {
  readonly at: number
  readonly tie: number
  readonly order: number
  readonly run: () => void
  canceled: boolean
}

const sooner = (a: Planned, b: Planned): boolean =>
  a.at !== b.at ? a.at < b.at : a.tie !== b.tie ? a.tie < b.tie : a.order < b.order

/** A priority queue (binary heap) of events. Canceled ones are dropped when their turn comes. */
export class Agenda {
  readonly #heap: Planned[] = []

  get size(): number {
    return this.#heap.length
  }

  add(event: Planned): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const up = (at - 1) >> 1
      const parent = heap[up] as Planned
      if (!sooner(event, parent)) break
      heap[at] = parent
      at = up
    }
    heap[at] = event
  }

  /** The next event without taking it; canceled ones are gone after that. */
  peek(): Planned | undefined {
    while (this.#heap[0]?.canceled === true) this.#pop()
    return this.#heap[0]
  }

  take(): Planned | undefined {
    const next = this.peek()
    if (next !== undefined) this.#pop()
    return next
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Planned
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && sooner(heap[child + 1] as Planned, heap[child] as Planned)) child += 1
      if (!sooner(heap[child] as Planned, last)) break
      heap[at] = heap[child] as Planned
      at = child
    }
    heap[at] = last
  }
}
