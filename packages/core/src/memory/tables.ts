import { CATALOGUE } from '../catalogue/index.ts'
import { FlorinError } from '../kernel/index.ts'
import type { AnyTable } from '../records/index.ts'
import { type SealRow, seals } from '../storage/index.ts'
import { select } from './select.ts'
import { TableStore } from './table-store.ts'

/** All tables of the catalogue, empty at first. */
export class Tables {
  readonly #stores = new Map(CATALOGUE.map((table) => [table.name, new TableStore(table)]))

  of(table: AnyTable): TableStore {
    const store = this.#stores.get(table.name)
    if (store === undefined) throw new FlorinError('internal', `table '${table.name}' is not in the catalogue`)
    return store
  }

  /** The newest seal of a partition. */
  head(partition: number): SealRow | undefined {
    const store = this.of(seals)
    const [slot] = select(store, { index: 'key', equals: { partition }, descending: true, limit: 1 }).slots
    return slot && (store.read(slot) as unknown as SealRow)
  }
}
