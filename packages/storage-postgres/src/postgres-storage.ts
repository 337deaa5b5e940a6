import type { Storage } from '@florin/core/storage'
import type { Migrations } from '@florin/storage-sql'

/** A storage on one PostgreSQL database, with what only such a one has. */
export interface PostgresStorage extends Storage {
  readonly migrations: Migrations
}
