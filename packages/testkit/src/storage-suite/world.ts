import assert from 'node:assert/strict'
import { createIds, type Id, type Ids, type Random } from '@florin/core'
import {
  type AnyTable,
  append,
  type Batch,
  CATALOGUE,
  type Change,
  claim,
  type Effect,
  type Guard,
  type Outcome,
  replace,
  type Storage,
  scheduleOp,
} from '@florin/core/storage'
import { FAKE_START, fakeClock, seededRandom } from '../clock/index.ts'
import type { StorageHarness } from './harness.ts'
import { type Cells, sampleRow } from './sample.ts'

/** A store under test, and what every case needs around it. */
export interface World {
  readonly storage: Storage
  readonly ids: Ids
  readonly random: Random
  /** Commits the changes as one batch. */
  commit(...changes: readonly Change[]): Promise<readonly Outcome[]>
  /** A valid row of a table, unlike any before it, with some of its columns given. */
  row(table: AnyTable, given?: Cells): Cells
}

/** The same world around a storage that was opened again. */
export const worldOf = (storage: Storage, seed = 1): World => {
  const random = seededRandom(seed)
  const ids = createIds(fakeClock(), random)
  return {
    storage,
    ids,
    random,
    commit: (...changes) => storage.commit(batchOf(ids.make('bat'), changes)),
    row: (table, given = {}) => sampleRow(table, ids, random, given),
  }
}

/** Runs a case's body in a fresh store, and closes it. */
export const inWorld = async (
  harness: StorageHarness,
  body: (world: World) => Promise<void>,
  seed = 1,
): Promise<void> => {
  const storage = await harness.open()
  try {
    await body(worldOf(storage, seed))
  } finally {
    await storage.close()
  }
}

const batchOf = (id: Id, changes: readonly Change[]): Batch => ({ id, at: FAKE_START, changes })

/** A table of the catalogue by its name: the suite works on rooms' tables without knowing their types. */
export const tableOf = (name: string): AnyTable => {
  const table = CATALOGUE.find((candidate) => candidate.name === name)
  assert.ok(table, `the catalogue has no table '${name}'`)
  return table
}

// The makers' types keep wrong rows out of Florin; here rows are made from the catalogue itself, which no compiler follows.
export const claimRow = (table: AnyTable, row: Cells): Guard => claim(table as never, row as never)
export const appendRow = (table: AnyTable, row: Cells): Effect => append(table as never, row as never)
export const replaceRow = (table: AnyTable, key: Cells, expect: number, set: Cells): Guard =>
  replace(table, key as never, expect, set as never)

/** The op that puts a row where the catalogue says it goes. */
export const insertRow = (table: AnyTable, row: Cells): Change => {
  if (table.name === 'jobs') return { guards: [], effects: [scheduleOp(row)] }
  if (table.contended) return { guards: [claimRow(table, row)], effects: [] }
  return { guards: [], effects: [appendRow(table, row)] }
}

export const guarded = (...guards: readonly Guard[]): Change => ({ guards, effects: [] })

/** Some columns of a row. */
export const pick = (row: Cells, names: readonly string[]): Cells =>
  Object.fromEntries(names.map((name) => [name, row[name]]))

/** Rows in a form that compares by content: a driver may hand out bytes as a `Buffer`, which is a `Uint8Array` all the same. */
export const plain = (row: object | undefined): Cells | undefined => {
  if (row === undefined) return undefined
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? `bytes:${Buffer.from(value).toString('hex')}` : value,
  ])
  return Object.fromEntries(entries)
}

/** Every row of a table, by primary key. */
export const allRows = async (storage: Storage, table: AnyTable): Promise<readonly Cells[]> => {
  const rows: Cells[] = []
  for await (const page of storage.scan(table, { index: 'key', equals: {} })) {
    for (const row of page) rows.push(plain(row) as Cells)
  }
  return rows
}

/** Commits changes that must all win. */
export const mustCommit = async (world: World, ...changes: readonly Change[]): Promise<void> => {
  for (let i = 0; i < changes.length; i += 256) {
    const part = changes.slice(i, i + 256)
    assert.deepEqual(
      await world.commit(...part),
      part.map(() => WON),
    )
  }
}

export const WON: Outcome = Object.freeze({ committed: true })
export const duplicate = (table: string): Outcome => ({ committed: false, conflict: 'duplicate', table })
export const stale = (table: string): Outcome => ({ committed: false, conflict: 'version', table })
export const below = (account: string): Outcome => ({ committed: false, conflict: 'floor', account })
export const LEASE_LOST: Outcome = Object.freeze({ committed: false, conflict: 'lease' })
