import { FlorinError } from '@florin/core/storage'

const OLDEST = [22, 19] as const

/**
 * The database driver's binary ends an older Node without a word (a segmentation fault), so the version is checked before it is
 * loaded. @throws FlorinError `configuration`.
 */
export const checkNodeVersion = (version: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new FlorinError(
    'configuration',
    `the SQLite storage needs Node ${OLDEST.join('.')} or newer, and this is ${version}`,
    {
      details: { version },
    },
  )
}
