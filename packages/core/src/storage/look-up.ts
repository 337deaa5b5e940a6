import type { AnyTable, Row } from '../records/index.ts'
import type { Lookup, Page, Query, Storage } from './storage.ts'

const MOST_VALUES = 1_000
const PAGE = 1_000

/**
 * The rows that have one of the values in a column of an index, however many values: in statements of up to 1,000 where the storage can,
 * else one value after the other.
 */
export const lookUp = async <T extends AnyTable, C extends keyof Row<T> & string>(
  storage: Pick<Storage, 'find' | 'lookup'>,
  table: T,
  asked: Lookup<T, C>,
): Promise<readonly Pick<Row<T>, C>[]> => {
  if (asked.values.length === 0) return []
  if (storage.lookup !== undefined && asked.values.length <= MOST_VALUES) return storage.lookup(table, asked)
  const found: Pick<Row<T>, C>[] = []
  if (storage.lookup !== undefined) {
    for (let at = 0; at < asked.values.length; at += MOST_VALUES) {
      const values = asked.values.slice(at, at + MOST_VALUES)
      for (const row of await storage.lookup(table, { ...asked, values })) found.push(row)
    }
    return found
  }
  const name = columnAfter(table, asked)
  for (const value of asked.values) {
    let after: string | undefined
    do {
      const query = { index: asked.index, equals: { ...asked.equals, [name]: value }, limit: PAGE, after }
      const page: Page<Row<T>> = await storage.find(table, query as unknown as Query<T>)
      found.push(...page.rows)
      after = page.next
    } while (after !== undefined)
  }
  return found
}

/** The column that the values are of. */
const columnAfter = (table: AnyTable, { index, equals }: { index: string; equals: object }): string => {
  const orders: Readonly<Record<string, readonly string[]>> = { ...table.unique, ...table.index, key: table.key }
  return orders[index]?.[Object.keys(equals).length] ?? ''
}
