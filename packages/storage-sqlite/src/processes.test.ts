import { join } from 'node:path'
import { accounts, type SealRow, seals } from '@florin/core/storage'
import { expect, test, vi } from 'vitest'
import { ended, startChild } from '../test/child.ts'
import { batch, change, event, keyOf, keyTable, start } from '../test/rows.ts'
import { tempFolder } from '../test/temp-folder.ts'
import { sqlite } from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // real files and fsyncs, on whatever machine this is

const folder = tempFolder('processes')
const TIMES = 40

test('processes that write one file at once lose no update, and share one chain', async () => {
  const file = join(folder, 'shared.db')
  const storage = sqlite({ file, busyTimeoutMs: 30_000 })
  await storage.migrate()
  await storage.commit(batch(change([start('shared')], [event('first', 1)])))
  const children = ['a', 'b', 'c'].map((name) => ended(startChild('count.ts', [file, name, String(TIMES)])))
  for (const { code, err } of await Promise.all(children)) expect([code, err]).toEqual([0, ''])
  const raises = 3 * TIMES
  const [row] = await storage.load(keyTable, [keyOf('shared')])
  expect(row).toMatchObject({ version: raises + 1, leaseUntil: raises })
  const [cash] = await storage.load(accounts, [{ merchant: 'm', account: 'cash' }])
  expect(cash).toMatchObject({ debitsPosted: BigInt(raises), version: raises })
  // This connection's head is from before all of that: it must notice.
  await storage.commit(batch(change([], [event('last', 1)])))
  const found: SealRow[] = []
  for await (const page of storage.scan(seals, { index: 'key', equals: {} })) found.push(...page)
  expect(found.map(({ first }) => first)).toEqual(Array.from({ length: raises + 2 }, (_, i) => i + 1))
  for (const [i, seal] of found.entries()) if (i > 0) expect(seal.previous).toEqual(found[i - 1]?.hash)
  await storage.close()
})

test('processes that make one file at once agree on its schema', async () => {
  const file = join(folder, 'new.db')
  const children = ['a', 'b', 'c'].map((name) => ended(startChild('count.ts', [file, name, '0'])))
  for (const { code, err } of await Promise.all(children)) expect([code, err]).toEqual([0, ''])
  const storage = sqlite({ file, integrityCheck: 'full' })
  await storage.migrate()
  expect(await storage.head(0)).toBeUndefined()
  await storage.close()
})
