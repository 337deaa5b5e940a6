import { resolve } from 'node:path'
import { FlorinError } from '@florin/core'
import { type Env, given } from './environment.ts'

/** The database, checked as far as words can be. */
export type DatabaseSettings =
  | {
      readonly kind: 'sqlite'
      /** Absolute path of the file, or `:memory:`. */
      readonly file: string
      /** Whether the file's folder is ours to make. */
      readonly makeFolder: boolean
    }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string | undefined }

/** Where everything is kept. */
export interface StorageSettings {
  readonly database: DatabaseSettings
  /** What the files beside the database are named after, e.g. the sandbox's journal; null where nothing is kept. */
  readonly beside: string | null
  /** The file of data keys, which all servers on one database share; null where nothing is kept. */
  readonly keyFile: string | null
}

const DEFAULT_FILE = '.florin/florin.db'
const BESIDE_A_SERVER = '.florin/postgres'

const isPostgres = (text: string): boolean => /^postgres(?:ql)?:/i.test(text)

const sqliteOf = (file: string | undefined, folder: string): DatabaseSettings => ({
  kind: 'sqlite',
  file: file === ':memory:' ? file : resolve(folder, file ?? DEFAULT_FILE),
  makeFolder: file === undefined,
})

const besideOf = (database: DatabaseSettings, folder: string): string | null => {
  if (database.kind === 'postgres') return resolve(folder, BESIDE_A_SERVER)
  return database.file === ':memory:' ? null : database.file
}

/** Reads FLORIN_DB, else DATABASE_URL, and what belongs to them. Throws `configuration`. */
export const readStorage = (env: Env, folder: string): StorageSettings => {
  const db = given(env, 'FLORIN_DB')
  const url = given(env, 'DATABASE_URL')
  const name = db ?? url
  if (db === undefined && url !== undefined && !isPostgres(url)) {
    throw new FlorinError(
      'configuration',
      'DATABASE_URL is no postgres:// URL: give one, or name a SQLite file with FLORIN_DB',
    )
  }
  const database: DatabaseSettings =
    name !== undefined && isPostgres(name)
      ? { kind: 'postgres', url: name, schema: given(env, 'FLORIN_SCHEMA') }
      : sqliteOf(db, folder)
  const beside = besideOf(database, folder)
  const keys = given(env, 'FLORIN_KEYS')
  return {
    database,
    beside,
    keyFile: keys === undefined ? beside && `${beside}.keys.json` : resolve(folder, keys),
  }
}
