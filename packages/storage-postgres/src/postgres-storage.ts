import type { Storage } from '@florin/core/storage'

/** A step of the schema that was taken. */
export interface TakenMigration {
  readonly number: number
  readonly name: string
  /** UTC milliseconds, by the database's clock. */
  readonly at: number
}

/** Where a database's schema stands. JSON-safe. */
export interface MigrationStatus {
  readonly schema: string
  readonly taken: readonly TakenMigration[]
  /** Steps that this version of Florin knows and the database has not taken, in order; empty when it is up to date. */
  readonly pending: readonly { readonly number: number; readonly name: string }[]
}

/** The schema's steps, for a command line. Every call rejects with `schema_newer` on a database that a newer Florin upgraded. */
export interface Migrations {
  status(): Promise<MigrationStatus>
  /** The SQL that `apply` would run now, as a script that can be run by hand; empty when nothing is pending. */
  plan(): Promise<string>
  /**
   * Takes the pending steps, all in one transaction, whatever the option `migrate` says. Of several servers that start at once one does
   * it and the others wait. `onStep` hears of each step before it runs. Answers with the steps that this call took.
   */
  apply(
    onStep?: (step: { readonly number: number; readonly name: string }) => void,
  ): Promise<MigrationStatus['pending']>
}

/** A storage on one PostgreSQL database, with what only such a one has. */
export interface PostgresStorage extends Storage {
  readonly migrations: Migrations
}
