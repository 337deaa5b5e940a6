import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '@florin/testkit/postgres'
import { startExample } from '../example.ts'
import { readSettings } from '../settings.ts'
import { afterPayment } from './after.ts'
import { SCENES } from './scenes.ts'
import { AFTER } from './scenes-after.ts'
import { BOOKS } from './scenes-books.ts'
import { play, type Told } from './story.ts'
import { createWorld } from './world.ts'

/** The waits of a real gateway, shortened, so that the demo takes seconds. */
const QUICK = { acquirer: { pendingMs: 2_000, slowMs: 3_500 }, callerDeadlineMs: 1_500 } as const

/** Where the demo keeps its payments: a file, or a schema of its own that is dropped afterwards. */
const openDatabase = async (kind: 'sqlite' | 'postgres') => {
  if (kind === 'sqlite') return { env: { FLORIN_DB: 'demo.db' }, close: async () => {} }
  const { url, schema, close } = await testDatabase()
  return { env: { FLORIN_DB: url, FLORIN_SCHEMA: schema }, close }
}

/** Plays the demo on free ports and a temporary database, and removes both. True when every check held. */
export const runDemo = async (
  kind: 'sqlite' | 'postgres',
  tell: (told: Told, index: number) => void,
): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-demo-'))
  const database = await openDatabase(kind)
  try {
    const settings = readSettings({ PORT: '0', FLORIN_RECOVERY_MS: '100', ...database.env }, folder)
    const { bank, options } = afterPayment()
    const example = await startExample(settings, { ...QUICK, after: options, onError: () => {} })
    try {
      return await play([...SCENES, ...AFTER, ...BOOKS], createWorld(example, bank), tell)
    } finally {
      await example.close()
    }
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
