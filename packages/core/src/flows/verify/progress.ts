import type { Storage } from '../../storage/index.ts'

/** How far a verification is. */
export interface VerifyProgress {
  readonly part: 'chain' | 'ledger' | 'payments'
  /** Rows that this part has read so far; how many there are is not known beforehand. */
  readonly rows: number
}

/** As much of a storage as verification uses. */
export type Readable = Pick<Storage, 'load' | 'find' | 'scan' | 'unsealed'>

/** The same storage, telling how many rows were read through it. */
export const counted = (
  storage: Readable,
  part: VerifyProgress['part'],
  tell: (progress: VerifyProgress) => void,
): Readable => {
  let rows = 0
  const read = (more: number): void => {
    rows += more
    tell({ part, rows })
  }
  return {
    find: (table, query) => storage.find(table, query),
    unsealed: (limit) => storage.unsealed(limit),
    async load(table, keys) {
      const found = await storage.load(table, keys)
      read(keys.length)
      return found
    },
    async *scan(table, query) {
      for await (const page of storage.scan(table, query)) {
        read(page.length)
        yield page
      }
    },
  }
}
