import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ephemeralKeys, FlorinError, type KeyProvider, localKeys, systemRuntime } from '@florin/core'
import type { Storage } from '@florin/core/storage'
import type { StorageSettings } from './storage-settings.ts'

const makeFolderOf = (path: string): void => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const message = `the folder ${dirname(path)} cannot be made (${reason}): start in a folder that you may write to, or name a database with FLORIN_DB`
    throw new FlorinError('configuration', message, { cause })
  }
}

/** Opens the database: any number of servers may share a PostgreSQL. Loads only the driver that it needs. Rejects as the storages do. */
export const openStorage = async ({ database, beside }: StorageSettings): Promise<Storage> => {
  if (database.kind === 'sqlite') {
    if (database.makeFolder) makeFolderOf(database.file)
    const { sqlite } = await import('@florin/storage-sqlite')
    return sqlite(database.file)
  }
  if (beside !== null) makeFolderOf(beside)
  const { url, schema } = database
  const { postgres } = await import('@florin/storage-postgres')
  return postgres({ url, ...(schema !== undefined && { schema }) })
}

/** The keys that personal data and requests are sealed with. */
export const openKeys = ({ keyFile }: Pick<StorageSettings, 'keyFile'>): KeyProvider =>
  keyFile === null ? ephemeralKeys(systemRuntime().random) : localKeys({ file: keyFile })

/** What the payments are kept in, as the shop page says it to whoever sees it: no path and no address. */
export const storageKind = ({ database }: Pick<StorageSettings, 'database'>): string => {
  if (database.kind === 'postgres') return 'PostgreSQL'
  return database.file === ':memory:' ? 'memory only' : 'a SQLite file'
}

/** Where the payments are kept, for people: without user or password. */
export const describeStorage = ({ database }: Pick<StorageSettings, 'database'>): string => {
  if (database.kind === 'sqlite') {
    return database.file === ':memory:' ? 'memory only, gone at the end' : `SQLite, ${database.file}`
  }
  const { host, pathname } = new URL(database.url)
  return `PostgreSQL, ${host}${pathname}${database.schema === undefined ? '' : `, schema ${database.schema}`}`
}
