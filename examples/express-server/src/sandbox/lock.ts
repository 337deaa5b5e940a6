import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { FlorinError } from '@florin/core'

const FRESH_MS = 10_000 // a holder renews five times as often; a process id that was given to somebody else does not
const RENEW_MS = 2_000

const holderOf = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (Date.now() - statSync(file).mtimeMs > FRESH_MS || pid === process.pid) return null
    process.kill(pid, 0)
    return pid
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EPERM' ? -1 : null
  }
}

const claim = (file: string): boolean => {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Makes this process the only one that writes `path`, until the returned function is called or the process is gone, however it ended.
 * Throws `configuration` while another process holds it.
 */
export const lockFile = (path: string): (() => void) => {
  const file = `${path}.lock`
  if (!claim(file)) {
    const holder = holderOf(file)
    if (holder !== null)
      throw new FlorinError(
        'configuration',
        `${path} is in use by ${holder > 0 ? `process ${holder}` : 'another process'}: end it, give this one a file of its own with FLORIN_DB, or share one sandbox with SANDBOX_URL`,
      )
    rmSync(file, { force: true })
    if (!claim(file)) throw new FlorinError('configuration', `${path} is in use by a process that starts just now`)
  }
  const renewing = setInterval(() => {
    const now = new Date()
    utimesSync(file, now, now)
  }, RENEW_MS)
  renewing.unref()
  return () => {
    clearInterval(renewing)
    rmSync(file, { force: true })
  }
}
