/** A stored row, or the cells of one, as the memory storage handles all tables alike. */
export type Cells = Readonly<Record<string, unknown>>

/** Above the surrogates in UTF-16 but below them by code point: shifted so that code units compare as code points do. */
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** Text by code point, which is the order of its UTF-8 bytes: what a database compares by when no collation interferes. */
export const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) < rank(y) ? -1 : 1
  }
  return a.length - b.length
}

/** Two values of one column. Only kinds that may stand in a key or an index arrive here: text, numbers, bigints, flags. */
export const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a === b) return 0
  return (a as number) < (b as number) ? -1 : 1
}

/** Rows by the named columns, the first that differs deciding. */
export const compareRows = (names: readonly string[], a: Cells, b: Cells): number => {
  for (const name of names) {
    const order = compareValues(a[name], b[name])
    if (order !== 0) return order
  }
  return 0
}

/** Where a row stands to a tuple of its first columns: 0 for every row that starts with the tuple. */
export const compareTuple = (names: readonly string[], row: Cells, tuple: readonly unknown[]): number => {
  for (let i = 0; i < tuple.length; i++) {
    const order = compareValues(row[names[i] as string], tuple[i])
    if (order !== 0) return order
  }
  return 0
}
