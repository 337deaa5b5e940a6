import type { Ids, Random } from '@florin/core'
import type { AnyTable, Column } from '@florin/core/storage'

export type Cells = Readonly<Record<string, unknown>>

/** A number in `[0, below)` from the case's own chance. */
export const int = (random: Random, limit: number): number => {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit
}

export const oneFrom = <T>(random: Random, values: readonly T[]): T => values[int(random, values.length)] as T

// Upper and lower case, digits, punctuation, accents, beyond the basic plane: a collation other than by code point shows at once.
const LETTERS = ['a', 'b', 'B', 'Z', 'z', '0', '9', '_', '-', ' ', "'", '%', 'é', 'ß', 'Ω', '中', '\uffee', '😀']

export const sampleText = (random: Random): string =>
  Array.from({ length: 1 + int(random, 12) }, () => oneFrom(random, LETTERS)).join('')

const sampleJson = (random: Random): unknown => ({
  text: sampleText(random),
  list: [1, 0.5, -3, true, null, [], {}],
  nested: { deeper: { still: [sampleText(random)] } },
})

const sampleValue = (column: Column, ids: Ids, random: Random): unknown => {
  if (column.nullable && int(random, 2) === 0) return null
  switch (column.kind) {
    case 'id':
      return ids.make(column.prefix ?? 'id')
    case 'text':
      return column.oneOf === undefined
        ? `${sampleText(random)}${ids.make('x').slice(-8)}`
        : oneFrom(random, column.oneOf)
    case 'minor':
      return BigInt(int(random, 1_000_000)) - (column.atLeast === undefined ? 500_000n : 0n)
    case 'count':
      return int(random, 1000)
    case 'flag':
      return int(random, 2) === 1
    case 'instant':
      return 1_700_000_000_000 + int(random, 1_000_000_000)
    case 'bytes':
      return random.bytes(32) // all of them are digests
    case 'sealed':
      return random.bytes(1 + int(random, 48))
    case 'json':
      return sampleJson(random)
  }
}

/** A row that the catalogue admits; `version` starts at 1 where it is no part of the key. */
export const sampleRow = (table: AnyTable, ids: Ids, random: Random, given: Cells): Cells => {
  const row: Record<string, unknown> = {}
  for (const [name, column] of Object.entries(table.columns as Record<string, Column>)) {
    if (name in given) row[name] = given[name]
    else if (name === 'version' && table.mutable.includes(name)) row[name] = 1
    else row[name] = sampleValue(column, ids, random)
  }
  return row
}
