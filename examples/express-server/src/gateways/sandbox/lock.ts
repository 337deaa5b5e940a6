import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { FlorinError } from '@florin/core'

const FRESH_MS = 10_000 // a holder renews five times as often; a process id that was given to somebody else does not
const RENEW_MS = 2_000
const REMEDY = 'end it, give this one a file of its own with FLORIN_DB, or share one sandbox with SANDBOX_URL'

/** What this process holds: its id in a file says nothing, for a dead process may have had the same one. */
const held = new Set<string>()

const holderOf = (file: string): number | null => {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    if (pid === process.pid) return held.has(file) ? pid : null
    if (Date.now() - statSync(file).mtimeMs > FRESH_MS) return null
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
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new FlorinError('configuration', `${file} cannot be made (${code}): check the folder and its permissions`, {
      cause: error,
    })
  }
}

const renew = (file: string): void => {
  const now = new Date()
  try {
    utimesSync(file, now, now)
  } catch {
    // Somebody removed it, the folder maybe: that is no reason to stop taking payments.
  }
}

/**
 * Makes this process the only one that writes `path`, until the returned function is called or the process is gone, however it ended.
 * Throws `configuration` while another process holds it; `remedy` says what to do then.
 */
export const lockFile = (path: string, remedy: string = REMEDY): (() => void) => {
  const file = `${path}.lock`
  if (!claim(file)) {
    const holder = holderOf(file)
    if (holder !== null)
      throw new FlorinError(
        'configuration',
        `${path} is in use by ${holder > 0 ? `process ${holder}` : 'another process'}: ${remedy}`,
      )
    rmSync(file, { force: true })
    if (!claim(file)) throw new FlorinError('configuration', `${path} is in use by a process that starts just now`)
  }
  held.add(file)
  const renewing = setInterval(() => renew(file), RENEW_MS)
  renewing.unref()
  return () => {
    clearInterval(renewing)
    held.delete(file)
    rmSync(file, { force: true })
  }
}
