/** A step of the schema that was taken. */
export interface TakenMigration {
  readonly number: number
  readonly name: string
  /** UTC milliseconds, by the database's clock. */
  readonly at: number
}

/** A step of the schema, by its number and name. */
export interface MigrationStep {
  readonly number: number
  readonly name: string
}

/** Where a database's schema stands. JSON-safe. */
export interface MigrationStatus {
  /** The schema that holds the tables: `main` in SQLite. */
  readonly schema: string
  readonly taken: readonly TakenMigration[]
  /** Steps that this version of Florin knows and the database has not taken, in order; empty when it is up to date. */
  readonly pending: readonly MigrationStep[]
}

/** The schema's steps, for a command line. Every call rejects with `schema_newer` on a database that a newer Florin upgraded. */
export interface Migrations {
  status(): Promise<MigrationStatus>
  /** The SQL that `apply` would run now, as a script that can be run by hand; empty when nothing is pending. */
  plan(): Promise<string>
  /**
   * Takes the pending steps, all in one transaction, also where the storage's options leave migrations to somebody else. Of several
   * servers that start at once one does it and the others wait. `onStep` hears of each step before it runs. Answers with the steps that this call took.
   */
  apply(onStep?: (step: MigrationStep) => void): Promise<readonly MigrationStep[]>
}
