import type { Storage } from '@florin/core/storage'
import type { Migrations } from '@florin/storage-sql'

/** A storage on one SQLite file, with what only a file has. */
export interface SqliteStorage extends Storage {
  /** Absolute path, or `:memory:`. */
  readonly file: string
  /** The steps of the file's schema, for a command line. */
  readonly migrations: Migrations
  /**
   * Copies the database as of one moment to a new file, while payments go on. Rejects with `configuration` if the file exists, with
   * `storage_unavailable` if it cannot be written; nothing is left behind then.
   */
  backup(path: string): Promise<void>
  /** Reads the whole file, indexes included, blocking the process meanwhile. Rejects with `storage_corrupt` on what it finds. */
  checkIntegrity(): Promise<void>
}
