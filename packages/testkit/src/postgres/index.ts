export type { EmbeddedPostgres, EndSignal } from './embedded-postgres.ts'
export type { EmbeddedPostgresOptions } from './options.ts'
export { startPostgres } from './start-postgres.ts'
export { type TestDatabase, testDatabase } from './test-database.ts'
