export { type PostgresOptions, type Profile, resolveOptions } from './options.ts'
export type { MigrationStatus, Migrations, PostgresStorage, TakenMigration } from './postgres-storage.ts'
export type { TlsChoice, TlsFiles } from './tls.ts'
