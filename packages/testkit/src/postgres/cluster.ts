import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FlorinError } from '@florin/core'
import type { Binaries } from './binaries.ts'
import { madeOnce } from './cache.ts'
import { asServerUser, giveToServer, takeBack } from './server-user.ts'

const PRIVATE = 0o700 // PostgreSQL refuses a data folder that others can read

/** Sort order by bytes and UTF-8, as Florin's tables want it; no password, for it listens to this machine only. */
const INITDB = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions']

const initdb = ({ initdb: program }: Binaries, folder: string): void => {
  mkdirSync(folder, { mode: PRIVATE })
  giveToServer(dirname(folder))
  try {
    execFileSync(program, ['-D', folder, ...INITDB], { ...asServerUser(), cwd: dirname(folder), stdio: 'pipe' })
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: Buffer }
    throw new FlorinError('configuration', `initdb failed in ${folder}: ${stderr?.toString().trim() ?? String(cause)}`)
  }
}

/** An empty cluster, made by `initdb` once for each release and then copied, which takes a tenth of the time. */
const template = (binaries: Binaries): string =>
  join(
    madeOnce(`template-${binaries.version}`, (fresh) => {
      mkdirSync(fresh)
      initdb(binaries, join(fresh, 'data'))
      takeBack(fresh)
      chmodSync(fresh, PRIVATE)
    }),
    'data',
  )

/** Copies a data folder whose server is down, and makes the copy the server's own. */
export const copyCluster = (from: string, to: string): void => {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  chmodSync(to, PRIVATE)
  giveToServer(to)
}

/** Whether a folder holds a cluster already. */
export const isCluster = (folder: string): boolean => existsSync(join(folder, 'PG_VERSION'))

/** Puts an empty cluster into a folder that is not there yet. */
export const makeCluster = (binaries: Binaries, folder: string): void => copyCluster(template(binaries), folder)
