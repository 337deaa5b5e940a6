import { chmodSync, existsSync, lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const OTHERS_MAY_WRITE = 0o022
const ENTERED = 0o711

/** In a temporary folder that all share, somebody else could have put a folder under our name. */
const isOurs = (folder: string): boolean => {
  if (process.getuid === undefined) return true
  const { uid, mode } = lstatSync(folder)
  return uid === process.getuid() && (mode & OTHERS_MAY_WRITE) === 0
}

/**
 * A folder that is made once for each user of the machine and then found again. `make` fills a new one, which takes the name when it is
 * whole; of two processes that make it at once the second throws its own away.
 */
export const madeOnce = (name: string, make: (fresh: string) => void): string => {
  const kept = join(tmpdir(), `florin-postgres-${process.getuid?.() ?? 'user'}-${name}`)
  if (existsSync(kept) && isOurs(kept)) return kept
  const fresh = mkdtempSync(`${kept}-`)
  chmodSync(fresh, ENTERED) // by the server's user, who does a part of the making
  const inner = join(fresh, 'made')
  make(inner)
  try {
    renameSync(inner, kept)
  } catch (error) {
    if (!existsSync(kept) || !isOurs(kept)) throw error
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return kept
}
