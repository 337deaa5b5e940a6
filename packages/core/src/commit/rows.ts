import type { Pending } from './pending.ts'

const NONE: readonly Pending[] = Object.freeze([])

/**
 * Who holds which row. A change holds its rows from the moment it is queued until it is settled; a later one that touches any of
 * them waits for it, so that a batch never touches a row twice and every row sees its changes in the order in which they came.
 * Nobody waits for a later change, so there is no deadlock.
 */
export class Rows {
  /** The last in line for each row. */
  readonly #last = new Map<string, Pending>()

  /** Lines a change up for its rows. It is ready when nobody is before it. */
  enter(item: Pending): void {
    let behind: Pending[] | undefined
    for (const row of item.rows) {
      const holder = this.#last.get(row)
      if (holder === item) continue // the change names the row twice
      this.#last.set(row, item)
      if (holder === undefined) continue
      item.blockers += 1
      holder.waiters.push(item)
      if (behind === undefined) behind = [holder]
      else behind.push(holder)
    }
    item.behind = behind ?? NONE
  }

  /** Gives a settled change's rows to those who wait, and names the ones that are ready now. */
  leave(item: Pending): readonly Pending[] {
    for (const row of item.rows) if (this.#last.get(row) === item) this.#last.delete(row)
    if (item.waiters.length === 0) return NONE
    const ready: Pending[] = []
    for (const waiter of item.waiters) {
      waiter.blockers -= 1
      if (waiter.blockers > 0) continue
      waiter.behind = NONE
      ready.push(waiter)
    }
    item.waiters = []
    return ready
  }
}
