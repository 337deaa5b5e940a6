// The example of docs/storages.md: every ts block there stands here, compiled, and run against the suite.

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { memoryStorage } from '@florin/core/memory'
import { type AnyTable, type Batch, CATALOGUE, FlorinError, type SealRow, type Storage } from '@florin/core/storage'
import { afterAll, expect, test } from 'vitest'
import { registerStorageSuite } from './suite.ts'

/** Everything that changes the store. */
type Entry =
  | { readonly kind: 'commit'; readonly batch: Batch }
  | { readonly kind: 'lease'; readonly args: Parameters<Storage['lease']> }
  | { readonly kind: 'seal'; readonly seal: SealRow }

/** The ops of a batch with each table replaced: by its name on the way out, by the table on the way in. */
const withTables = (batch: Batch, swap: (table: AnyTable | string) => AnyTable | string): Batch => {
  const ops = <T extends object>(list: readonly T[]): readonly T[] =>
    list.map((op) => ('table' in op ? { ...op, table: swap(op.table as AnyTable | string) } : op))
  return {
    ...batch,
    changes: batch.changes.map(({ guards, effects }) => ({ guards: ops(guards), effects: ops(effects) })),
  }
}
const toName = (table: AnyTable | string): string => (typeof table === 'string' ? table : table.name)
const toTable = (name: AnyTable | string): AnyTable | string => CATALOGUE.find((table) => table.name === name) ?? name

/** Length, then content; bigints and bytes survive `serialize`. */
const encode = (entry: Entry): Buffer => {
  const body = serialize(entry.kind === 'commit' ? { ...entry, batch: withTables(entry.batch, toName) } : entry)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** The entries of a journal, and where the last whole one ends: a crash may have cut the one after it short. */
const decode = (journal: Buffer): { entries: readonly Entry[]; end: number } => {
  const entries: Entry[] = []
  let end = 0
  while (end + 4 <= journal.length && end + 4 + journal.readUInt32BE(end) <= journal.length) {
    const next = end + 4 + journal.readUInt32BE(end)
    const entry = deserialize(journal.subarray(end + 4, next)) as Entry
    entries.push(entry.kind === 'commit' ? { ...entry, batch: withTables(entry.batch, toTable) } : entry)
    end = next
  }
  return { entries, end }
}

const apply = async (memory: Storage, entry: Entry): Promise<void> => {
  if (entry.kind === 'commit') await memory.commit(entry.batch)
  else if (entry.kind === 'lease') await memory.lease(...entry.args)
  else await memory.seal(entry.seal)
}

/** The in-memory storage with a journal: what changes it is on disk before it takes effect, and is played back on opening. */
const journalStorage = async (file: string): Promise<Storage> => {
  const memory = memoryStorage()
  const journal = openSync(file, 'a+')
  const { entries, end } = decode(readFileSync(file))
  ftruncateSync(journal, end)
  for (const entry of entries) await apply(memory, entry).catch(() => {}) // one that was refused then is refused again
  let size = end
  let closed = false
  const write = (entry: Entry): void => {
    if (closed) throw new FlorinError('closed', 'this journal was closed: open it again')
    const bytes = encode(entry)
    try {
      writeFileSync(journal, bytes)
      fsyncSync(journal)
      size += bytes.length
    } catch (cause) {
      ftruncateSync(journal, size) // what was refused must not come back, nor half of it
      throw new FlorinError('storage_unavailable', `the journal ${file} cannot be written`, { cause })
    }
  }
  return {
    ...memory,
    name: 'journal',
    async commit(batch) {
      write({ kind: 'commit', batch })
      return memory.commit(batch)
    },
    async lease(...args) {
      write({ kind: 'lease', args })
      return memory.lease(...args)
    },
    async seal(seal) {
      write({ kind: 'seal', seal })
      return memory.seal(seal)
    },
    async close() {
      if (!closed) closeSync(journal)
      closed = true
      await memory.close()
    },
  }
}

const folder = mkdtempSync(join(tmpdir(), 'journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const files = new WeakMap<Storage, string>()

const openAt = async (file: string): Promise<Storage> => {
  const storage = await journalStorage(file)
  await storage.migrate()
  files.set(storage, file)
  return storage
}

let opened = 0
registerStorageSuite(test, {
  open: () => openAt(join(folder, `${++opened}`)),
  async reopen(storage) {
    await storage.close()
    return openAt(files.get(storage) ?? '')
  },
})

test('the guide shows this very code', () => {
  const text = (url: string): string => readFileSync(new URL(url, import.meta.url), 'utf8')
  const source = text('./example.test.ts').replace(/\s+/g, ' ')
  const blocks = [...text('../../../../docs/storages.md').matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
  expect(blocks.length).toBeGreaterThan(0)
  for (const [, block = ''] of blocks) expect(source).toContain(block.replace(/\s+/g, ' ').trim())
})
