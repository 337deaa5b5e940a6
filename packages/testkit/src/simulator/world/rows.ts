import { type AnyTable, CATALOGUE, type Storage } from '@florin/core/storage'

/** Any row, by the name of its columns. */
export type Cells = Readonly<Record<string, unknown>>

const byName = new Map<string, AnyTable>(CATALOGUE.map((table) => [table.name, table]))

/** A table of the catalogue. */
export const tableOf = (name: string): AnyTable => {
  const table = byName.get(name)
  if (table === undefined) throw new Error(`the catalogue has no table '${name}'`)
  return table
}

/** All rows of a table whose key begins so, as they are committed. */
export const rowsOf = async <R = Cells>(storage: Storage, name: string, equals: Cells = {}): Promise<readonly R[]> => {
  const all: unknown[] = []
  for await (const page of storage.scan(tableOf(name), { index: 'key', equals: equals as never })) all.push(...page)
  return all as readonly R[]
}
