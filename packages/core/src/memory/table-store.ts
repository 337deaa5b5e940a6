import { FlorinError } from '../kernel/index.ts'
import { type AnyTable, type Column, keyText } from '../records/index.ts'
import { admitChange, admitRow } from './admit.ts'
import { type Cells, compareRows } from './order.ts'
import { SortedList } from './sorted-list.ts'

/** A row's home: it stays where the maps and orders point, while the row within is replaced. */
export interface Slot {
  row: Cells
}

interface Unique {
  readonly columns: readonly string[]
  readonly slots: Map<string, Slot>
}

/** The rows of a declared index, or of the primary key, in order. Made when first asked for: most runs read few of them. */
export interface Order {
  /** The index's columns, and the key's after them, so that no two rows are equal. */
  readonly columns: readonly string[]
  /** How many of those the index declares. */
  readonly declared: number
  readonly list: SortedList<Slot>
  readonly sparse: boolean
  /** Whether a replacement can move a row. */
  readonly moves: boolean
}

/** One table: its rows by key, by unique key, and by index. */
export class TableStore {
  readonly table: AnyTable
  readonly columns: readonly string[]
  readonly #rows = new Map<string, Slot>()
  readonly #uniques: readonly Unique[]
  readonly #orders = new Map<string, Order>()
  readonly #byteColumns: readonly string[]

  constructor(table: AnyTable) {
    this.table = table
    this.columns = Object.keys(table.columns)
    this.#uniques = Object.values(table.unique as Record<string, readonly string[]>).map((columns) => ({
      columns,
      slots: new Map(),
    }))
    this.#byteColumns = this.columns.filter((name) => {
      const { kind } = table.columns[name] as Column
      return kind === 'bytes' || kind === 'sealed'
    })
  }

  /** The slot of a primary key. */
  get(key: Cells): Slot | undefined {
    return this.#rows.get(keyText(this.table.key, key))
  }

  /** Keeps a row under its keys; undefined, and nothing done, where one of them is taken. Throws `internal` on a wrong row. */
  insert(row: Cells): Slot | undefined {
    const kept = admitRow(this.table, this.columns, row)
    const key = keyText(this.table.key, kept)
    if (this.#rows.has(key)) return undefined
    for (const { columns, slots } of this.#uniques) if (slots.has(keyText(columns, kept))) return undefined
    const slot: Slot = { row: kept }
    this.#hold(key, slot)
    return slot
  }

  /** Puts a slot back that `remove` took out. */
  restore(slot: Slot): void {
    this.#hold(keyText(this.table.key, slot.row), slot)
  }

  #hold(key: string, slot: Slot): void {
    this.#rows.set(key, slot)
    for (const { columns, slots } of this.#uniques) slots.set(keyText(columns, slot.row), slot)
    for (const order of this.#orders.values()) if (listed(order, slot.row)) order.list.insert(slot)
  }

  remove(slot: Slot): void {
    this.#rows.delete(keyText(this.table.key, slot.row))
    for (const { columns, slots } of this.#uniques) slots.delete(keyText(columns, slot.row))
    for (const order of this.#orders.values()) if (listed(order, slot.row)) order.list.remove(slot)
  }

  /** Gives all mutable columns of a row new values. Throws `internal` on a wrong value. */
  replace(slot: Slot, set: Cells): void {
    this.put(slot, admitChange(this.table, slot.row, set))
  }

  /** Puts a whole row of the same keys into a slot. */
  put(slot: Slot, row: Cells): void {
    if (this.#orders.size === 0) {
      slot.row = row
      return
    }
    const moved = [...this.#orders.values()].filter(
      (order) => order.moves && compareRows(order.columns, slot.row, row) !== 0,
    )
    for (const order of moved) if (listed(order, slot.row)) order.list.remove(slot)
    slot.row = row
    for (const order of moved) if (listed(order, row)) order.list.insert(slot)
  }

  /** The rows by a declared index or unique key, or by `'key'`. Throws `internal` for one that the table does not declare. */
  order(index: string): Order {
    const known = this.#orders.get(index)
    if (known !== undefined) return known
    const { key, mutable, unique } = this.table
    const declared: readonly string[] | undefined = index === 'key' ? key : (this.table.index[index] ?? unique[index])
    if (declared === undefined) throw new FlorinError('internal', `table ${this.table.name} has no index '${index}'`)
    const columns = [...declared, ...(key as readonly string[]).filter((name) => !declared.includes(name))]
    const sparse = (this.table.columns[declared[0] as string] as Column).nullable
    const order: Order = {
      columns,
      declared: declared.length,
      sparse,
      moves: columns.some((name) => (mutable as readonly string[]).includes(name)),
      list: new SortedList<Slot>(
        (a, b) => compareRows(columns, a.row, b.row),
        [...this.#rows.values()].filter(({ row }) => !sparse || row[columns[0] as string] !== null),
      ),
    }
    this.#orders.set(index, order)
    return order
  }

  /** The row as a reader may have it: rows and documents are frozen, bytes cannot be and are copied. */
  read({ row }: Slot): Cells {
    if (this.#byteColumns.length === 0) return row
    const copy: Record<string, unknown> = { ...row }
    for (const name of this.#byteColumns) {
      const value = copy[name]
      if (value !== null) copy[name] = new Uint8Array(value as Uint8Array)
    }
    return Object.freeze(copy)
  }
}

const listed = (order: Order, row: Cells): boolean => !order.sparse || row[order.columns[0] as string] !== null
