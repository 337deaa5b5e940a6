import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExample } from '../example.ts'
import { readSettings } from '../settings.ts'
import { SCENES } from './scenes.ts'
import { play, type Told } from './story.ts'
import { createWorld } from './world.ts'

/** The waits of a real gateway, shortened, so that the demo takes seconds. */
const QUICK = { acquirer: { pendingMs: 2_000, slowMs: 3_500 }, callerDeadlineMs: 1_500 } as const

/** Plays the demo on free ports and a temporary database, and removes both. True when every check held. */
export const runDemo = async (tell: (told: Told, index: number) => void): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-demo-'))
  try {
    const settings = readSettings({ PORT: '0', FLORIN_DB: 'demo.db', FLORIN_RECOVERY_MS: '100' }, folder)
    const example = await startExample(settings, { ...QUICK, onError: () => {} })
    try {
      return await play(SCENES, createWorld(example), tell)
    } finally {
      await example.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
