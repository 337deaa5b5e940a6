import { FlorinError } from '@florin/core/storage'
import type Database from 'better-sqlite3'

const SHOWN = 3

/**
 * Reads the whole file and compares it with what a database must look like.
 * @throws FlorinError `storage_corrupt` with the first findings.
 */
export const checkIntegrity = (db: Database.Database, file: string, depth: 'quick' | 'full'): void => {
  const pragma = depth === 'quick' ? 'quick_check' : 'integrity_check'
  const findings = db.prepare(`pragma ${pragma}(${SHOWN})`).pluck().all() as readonly string[]
  if (findings.length === 1 && findings[0] === 'ok') return
  throw new FlorinError(
    'storage_corrupt',
    `${file} is damaged: stop all processes that use it and restore a backup. SQLite found: ${findings.join('; ')}`,
    { details: { file } },
  )
}
