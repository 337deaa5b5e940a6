import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { FlorinError } from '@florin/core/storage'
import Database from 'better-sqlite3'
import { checkIntegrity } from './integrity.ts'
import type { Session } from './session.ts'

/** Pages a step: 8 MB, some milliseconds, so that payments go on between steps. */
const STEP = 2_000
const EVERYTHING = 0x7fffffff
/** A commit by another process starts the copy over. After as many of those it is made in one step, which nobody can interrupt. */
const MAX_RESTARTS = 5

const copy = async (session: Session, target: string): Promise<void> => {
  let restarts = 0
  let last = Number.POSITIVE_INFINITY
  await session.db.backup(target, {
    progress: ({ remainingPages }) => {
      if (remainingPages >= last) restarts += 1
      last = remainingPages
      return restarts > MAX_RESTARTS ? EVERYTHING : STEP
    },
  })
}

const verify = (path: string): void => {
  const copied = new Database(path)
  try {
    copied.pragma('journal_mode = delete') // one file, without a -wal beside it
    checkIntegrity(copied, path, 'quick')
  } finally {
    copied.close()
  }
}

/**
 * Copies the database, as of one moment, to a new file while payments go on. The copy is checked, and has its name only once it is
 * whole.
 */
export const backup = async (session: Session, path: string): Promise<void> => {
  const target = resolve(path)
  if (existsSync(target)) {
    throw new FlorinError('configuration', `${target} exists already: a backup never overwrites, name a new file`, {
      details: { file: target },
    })
  }
  if (!existsSync(dirname(target))) {
    throw new FlorinError('storage_unavailable', `the folder of ${target} does not exist: make it first`, {
      details: { file: target },
    })
  }
  const partial = `${target}.partial`
  await rm(partial, { force: true })
  try {
    await copy(session, partial)
    verify(partial)
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
