import { setImmediate } from 'node:timers/promises'
import type { AnyTable, Page, Query, Row, Storage } from '@florin/core/storage'
import { type AnyLookup, type AnyQuery, type Cells, MAX_LIMIT } from '@florin/storage-sql'
import type { Readers } from './readers.ts'

/** The part of the port that only reads. */
export type Reads = Pick<Storage, 'load' | 'find' | 'scan'> & Required<Pick<Storage, 'lookup'>>

/** The port's reads, over readers of one place. */
export const readsOf = (readers: Readers): Reads => {
  const page = async <T extends AnyTable>(table: T, query: AnyQuery): Promise<Page<Row<T>>> =>
    (await readers.page(table, query)) as unknown as Page<Row<T>>
  return {
    async load(table, keys) {
      return (await readers.load(table, keys as readonly Cells[])) as never
    },
    find: async (table, query) => page(table, query as AnyQuery),
    async lookup(table, asked) {
      return (await readers.lookup(table, asked as AnyLookup)) as never
    },
    async *scan<T extends AnyTable>(table: T, query: Omit<Query<T>, 'limit' | 'after'>) {
      let after: string | undefined
      do {
        const { rows, next } = await page(table, { ...(query as AnyQuery), limit: MAX_LIMIT, after })
        if (rows.length > 0) yield rows
        after = next
        if (next !== undefined) await setImmediate() // a long report must not keep payments waiting
      } while (after !== undefined)
    },
  }
}
