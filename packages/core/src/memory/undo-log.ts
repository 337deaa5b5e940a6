import type { Cells } from './order.ts'
import type { Slot, TableStore } from './table-store.ts'

interface Write {
  readonly store: TableStore
  readonly slot: Slot
  /** `insert` is undone by removal, `remove` by restoring, a row by putting it back. */
  readonly was: 'absent' | 'present' | Cells
}

/** Writes that can be taken back, newest first: how the memory storage has transactions without copying its tables. */
export class UndoLog {
  readonly #writes: Write[] = []

  /** False, and nothing written, where a key of the row is taken. */
  insert(store: TableStore, row: Cells): boolean {
    const slot = store.insert(row)
    if (slot === undefined) return false
    this.#writes.push({ store, slot, was: 'absent' })
    return true
  }

  replace(store: TableStore, slot: Slot, set: Cells): void {
    const was = slot.row
    store.replace(slot, set)
    this.#writes.push({ store, slot, was })
  }

  remove(store: TableStore, slot: Slot): void {
    store.remove(slot)
    this.#writes.push({ store, slot, was: 'present' })
  }

  undo(): void {
    for (let write = this.#writes.pop(); write !== undefined; write = this.#writes.pop()) {
      const { store, slot, was } = write
      if (was === 'absent') store.remove(slot)
      else if (was === 'present') store.restore(slot)
      else store.put(slot, was)
    }
  }
}
