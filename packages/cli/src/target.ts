import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Storage } from '@florin/core/storage'
import type { PostgresStorage } from '@florin/storage-postgres'
import type { Command } from './command-line.ts'
import { WrongUsage } from './exit-codes.ts'

/** A database that was opened. */
export interface Target {
  /** For people, without a password. */
  readonly name: string
  readonly kind: 'sqlite' | 'postgres'
  readonly storage: Storage & Pick<PostgresStorage, 'migrations'>
  /** Reads every page of a file; a server looks after its own. Rejects with `storage_corrupt`. */
  checkIntegrity(): Promise<void>
}

/** Loads a storage. They are optional: a host has installed the one it uses. */
export const install = async <T>(name: string, load: () => Promise<T>): Promise<T> => {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new WrongUsage(`${name} is not installed: npm install ${name}`)
  }
}

const isUrl = (database: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(database)

/** A URL as it may be shown. */
const shown = (url: string, schema: string): string => {
  if (!URL.canParse(url)) return 'the given URL'
  const { host, pathname } = new URL(url)
  return `postgres://${host}${pathname} (schema ${schema})`
}

const openPostgres = async ({
  database,
  verb,
  dryRun,
  schema = 'florin',
  profile = 'native',
}: Command): Promise<Target> => {
  if (!/^postgres(?:ql)?:/i.test(database)) {
    throw new WrongUsage('the database is a URL, but not a postgres:// one: give that, or the path of a SQLite file')
  }
  const { postgres } = await install('@florin/storage-postgres', () => import('@florin/storage-postgres'))
  const storage = postgres({
    url: database,
    schema,
    profile,
    applicationName: 'florin-cli',
    migrate: verb === 'migrate' && !dryRun ? 'auto' : 'never',
    writers: 1,
  })
  return { name: shown(database, schema), kind: 'postgres', storage, checkIntegrity: async () => {} }
}

const openSqlite = async ({ database, schema, verb, dryRun }: Command): Promise<Target> => {
  if (schema !== undefined) throw new WrongUsage('a SQLite file has no schemas: leave out --schema and FLORIN_SCHEMA')
  const file = database === ':memory:' ? database : resolve(database)
  const makes = verb === 'migrate' && !dryRun
  if (!makes && !existsSync(file)) {
    throw new WrongUsage(`there is no file ${file}: 'florin migrate' would make it, and so does a host that starts`)
  }
  const { sqlite } = await install('@florin/storage-sqlite', () => import('@florin/storage-sqlite'))
  const storage = sqlite({ file, integrityCheck: 'none' })
  return { name: file, kind: 'sqlite', storage, checkIntegrity: () => storage.checkIntegrity() }
}

/** Opens the database that a command names. Rejects with `WrongUsage`, and as the storage does. */
export const openTarget = (command: Command): Promise<Target> =>
  isUrl(command.database) ? openPostgres(command) : openSqlite(command)
