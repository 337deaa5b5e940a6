import type { Storage } from '@florin/core/storage'

/** What a storage's author gives the suite. Every case asks for a store of its own, and closes it. */
export interface StorageHarness {
  /** A fresh, migrated, empty store. */
  open(): Promise<Storage>
  /** Closes the storage, if it still is open, and opens the same data anew, as a restarted process would. */
  reopen?(storage: Storage): Promise<Storage>
  /** A second storage on the data of an open one, as another process would hold it. The case closes both. */
  sibling?(storage: Storage): Promise<Storage>
  /**
   * Goes around the port, as an operator with a database console would, and tries to change or delete any row of the table. Must
   * reject if the database refused it.
   */
  tamper?(storage: Storage, table: string, how: 'update' | 'delete'): Promise<void>
  /** For a storage that leases by a clock of its own instead of `LeaseOptions.now`: reads it, and waits until it has moved on. */
  readonly clock?: { now(): Promise<number>; pass(ms: number): Promise<void> }
}

/** One behaviour that every storage shares. */
export interface StorageCase {
  readonly name: string
  /** Why this case cannot run with the harness, or undefined when it can. */
  skip(harness: StorageHarness): string | undefined
  /** Resolves if the storage behaves so; rejects with an `AssertionError` that says what differs. */
  run(harness: StorageHarness): Promise<void>
}

/** The part of a runner's `test` that the suite uses: that of vitest, `node:test`, Bun and Deno's shims all have it. */
export interface TestFunction {
  (name: string, run: () => Promise<void>): unknown
  skip(name: string, run: () => Promise<void>): unknown
}

/** A case that needs the named functions of the harness, besides `open`. */
export const needs = (
  missing: readonly ('reopen' | 'sibling' | 'tamper')[],
  name: string,
  run: StorageCase['run'],
): StorageCase => ({
  name,
  run,
  skip: (harness) => {
    const absent = missing.filter((part) => harness[part] === undefined)
    return absent.length === 0 ? undefined : `the harness has no ${absent.join(' and no ')}`
  },
})

export const always = (name: string, run: StorageCase['run']): StorageCase => needs([], name, run)
