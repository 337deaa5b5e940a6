export type { MigrationStatus, MigrationStep, Migrations, TakenMigration } from '@florin/storage-sql'
export { type PostgresOptions, type Profile, resolveOptions } from './options.ts'
export type { PostgresStorage } from './postgres-storage.ts'
export type { TlsChoice, TlsFiles } from './tls.ts'
