import { join } from 'node:path'
import {
  type AnyTable,
  accounts,
  CATALOGUE,
  type Change,
  type Contended,
  claim,
  entries,
  events,
  jobs,
  type Outcome,
} from '@florin/core/storage'
import { replaceSql, SQLITE, updateSql } from '@florin/storage-sql'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { batch, bump, change, event, finish, keyOf, keyTable, pay, start, timer } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { sqlite } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('committer')
const WON: Outcome = { committed: true }

const openAt = async (name: string) => {
  const storage = sqlite(join(folder, name))
  await storage.migrate()
  return storage
}

const tableNamed = (name: string): Contended<AnyTable> =>
  CATALOGUE.find((table) => table.name === name) as Contended<AnyTable>

/** A change with every op there is, whose rows are named for `n`. */
const full = (n: number): Change =>
  change(
    [start(`${n}`), pay(`${n}`), finish({ id: `job_${n}`, token: 't' })],
    [event(`s${n}`, 1), timer(`later-${n}`, 99)],
  )

test.each([1, 3, 4, 7, 8, 9, 40])(
  '%i changes that all win are the same rows, whatever they are written together with',
  async (size) => {
    const storage = await openAt(`size-${size}.db`)
    const all = Array.from({ length: size }, (_, n) => n)
    await storage.commit(batch(...all.map((n) => change([], [timer(`${n}`)]))))
    await storage.lease(['q'], { limit: 100, leaseMs: 50, now: 1, token: 't' })
    expect(await storage.commit(batch(...all.map(full)))).toEqual(all.map(() => WON))
    expect(
      (
        await storage.load(
          keyTable,
          all.map((n) => keyOf(`${n}`)),
        )
      ).every((row) => row !== undefined),
    ).toBe(true)
    const keys = all.map((n) => ({ merchant: 'm', subject: `s${n}`, version: 1 }))
    expect((await storage.load(events, keys)).map((row) => row?.id)).toEqual(all.map((n) => `evt_s${n}_1`))
    const waiting = await storage.find(jobs, { index: 'due', equals: { queue: 'q' }, limit: 100 })
    expect(waiting.rows.map(({ id }) => id).sort()).toEqual(all.map((n) => `job_later-${n}`).sort())
    const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
    expect(cash).toMatchObject({ debitsPosted: BigInt(size), version: size })
    const booked = await storage.find(entries, { index: 'key', equals: { merchant: 'm', account: 'owed' }, limit: 100 })
    expect(booked.rows.map(({ balance }) => balance)).toEqual(all.map((n) => BigInt(n + 1)))
    expect(await storage.head(0)).toMatchObject({ first: 1, size })
    await storage.close()
  },
)

test('batches after one with a loser are decided alike, until and after they are tried together again', async () => {
  const storage = await openAt('cautious.db')
  await storage.commit(batch(change([start('taken')]), change([start('counted')])))
  for (let round = 0; round < 40; round++) {
    const loses = round % 20 === 0
    const changes = Array.from({ length: 6 }, (_, i) =>
      change([start(`${round}-${i}`), pay(`${round}-${i}`)], [event(`s${i}`, round + 1)]),
    )
    // Loses after its first guard held, so that there is something to take back.
    changes.push(
      change([start(`${round}-x`), loses ? start('taken') : bump('counted', round + 1)], [event('x', round + 1)]),
    )
    if (loses) changes.push(change([bump('counted', round + 1)]))
    const lost: Outcome = { committed: false, conflict: 'duplicate', table: 'idempotency_keys' }
    const expected = changes.map((_, i) => (loses && i === 6 ? lost : WON))
    expect([round, await storage.commit(batch(...changes))]).toEqual([round, expected])
    const [left] = await storage.load(keyTable, [keyOf(`${round}-x`)])
    expect(left === undefined).toBe(loses)
  }
  const [counted] = await storage.load(keyTable, [keyOf('counted')])
  expect(counted).toMatchObject({ version: 41 })
  const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
  expect(cash).toMatchObject({ debitsPosted: 240n, version: 240 })
  expect(await storage.head(0)).toMatchObject({ first: 40 * 6 + 38 - 7 + 1, size: 7 })
  await storage.close()
})

test('every row is replaced by its primary key, whatever other indexes there are', async () => {
  const storage = await openAt('plans.db')
  await storage.close()
  const db = new Database(storage.file)
  for (const table of CATALOGUE.filter(({ mutable }) => mutable.length > 0)) {
    const statements =
      'version' in table.columns ? [replaceSql(SQLITE, table), updateSql(SQLITE, table)] : [updateSql(SQLITE, table)]
    for (const sql of statements) {
      const parameters = Array.from(sql.matchAll(/\?/g), () => 1)
      const plan = db.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters)
      expect(plan.map(({ detail }) => detail).join()).toMatch(`SEARCH ${table.name} USING PRIMARY KEY`)
    }
  }
  db.close()
})

test('many claims of narrow rows are all written, and one whose key is taken loses with its whole change', async () => {
  const storage = await openAt('narrow.db')
  const lines = tableNamed('statement_lines')
  expect(Object.keys(lines.columns).length).toBe(4) // as narrow as rows have to be to go forty a call
  const row = (n: number) => ({ source: 'gateway/g/a', id: `l${n}`, settles: `#l${n}`, part: n })
  const claims = (from: number, to: number): Change =>
    change(Array.from({ length: to - from }, (_, i) => claim(lines, row(from + i) as never)))
  expect(await storage.commit(batch(claims(0, 93)))).toEqual([WON])
  const keys = Array.from({ length: 93 }, (_, n) => ({ source: 'gateway/g/a', id: `l${n}` }))
  expect(await storage.load(lines, keys)).toEqual(keys.map((_, n) => row(n)))
  const [lost] = await storage.commit(batch(claims(92, 180)))
  expect(lost).toEqual({ committed: false, conflict: 'duplicate', table: 'statement_lines' })
  expect(await storage.load(lines, [{ source: 'gateway/g/a', id: 'l93' }])).toEqual([undefined])
  await storage.close()
})
