import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CATALOGUE } from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { HandWriter } from './hand-writer.ts'
import { lifecycle } from './lifecycle.ts'
import { runStorageBench } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'florin-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const contents = (file: string): Record<string, unknown> => {
  const db = new Database(file, { readonly: true })
  const tables = CATALOGUE.map(({ name }) => [name, db.prepare(`select * from "${name}"`).all()])
  db.close()
  return Object.fromEntries(tables)
}

test('the hand-written writer and the storage leave the very same rows', async () => {
  const [ours, theirs] = [join(folder, 'ours.db'), join(folder, 'theirs.db')]
  for (const file of [ours, theirs]) {
    const storage = sqlite(file)
    await storage.migrate()
    await storage.close()
  }
  const storage = sqlite(ours)
  const writer = new HandWriter(theirs)
  for (let batch = 0; batch < 3; batch++) {
    const payments = [0, 1, 2, 3, 4].map((i) => lifecycle(5 * batch + i))
    for (const step of [0, 1, 2] as const) {
      const changes = payments.map((payment) => payment.changes[step])
      const outcomes = await storage.commit({ id: `bat_${batch}`, at: 0, changes })
      expect(outcomes.every(({ committed }) => committed)).toBe(true)
      writer.commit(step, payments)
    }
  }
  await storage.close()
  writer.close()
  const rows = contents(ours)
  expect((rows.payments as unknown[]).length).toBe(15)
  expect((rows.entries as unknown[]).length).toBe(90)
  // In one batch a hot account's versions go posting by posting in both; only the order of rows in a seal could differ.
  expect(rows).toEqual(contents(theirs))
})

test('the bench gives a line per batch size and one for hot accounts', async () => {
  const cases: string[] = []
  for await (const { case: name, ratio } of runStorageBench({ batches: [1, 4], runs: 1, runMs: 1, folder })) {
    expect(ratio).toBeGreaterThan(0)
    cases.push(name)
  }
  expect(cases).toEqual([
    'payments, 1 a commit',
    'payments, 4 a commit',
    'postings, one hot account against random ones',
  ])
})
