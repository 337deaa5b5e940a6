import { execFileSync } from 'node:child_process'

/** PostgreSQL refuses to run as a superuser. `nobody` exists everywhere, so that no user has to be made. */
const NOBODY = { uid: 65_534, gid: 65_534 } as const

/** Whether this process may do everything, and PostgreSQL therefore nothing as this user. */
export const isRoot = (): boolean => process.getuid?.() === 0

/** Options for `spawn`: as whom the server runs. */
export const asServerUser = (): { readonly uid?: number; readonly gid?: number } => (isRoot() ? NOBODY : {})

/** Gives a folder, and all in it, to the user that the server runs as. */
export const giveToServer = (folder: string): void => {
  if (isRoot()) execFileSync('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, folder])
}

/** Takes a folder back, so that what is kept for later cannot be changed by whoever else runs as `nobody`. */
export const takeBack = (folder: string): void => {
  if (isRoot()) execFileSync('chown', ['-R', '0:0', folder])
}

/**
 * Whether an embedded server could keep its data in this folder, which must exist. A superuser's own folders are often closed to the
 * user that the server runs as; for anybody else this is true.
 */
export const canKeepDataIn = (folder: string): boolean => {
  if (!isRoot()) return true
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...asServerUser(), cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
