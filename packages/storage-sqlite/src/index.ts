export type { MigrationStatus, MigrationStep, Migrations, TakenMigration } from '@florin/storage-sql'
export type { IntegrityCheck, SqliteOptions } from './options.ts'
export { sqlite } from './sqlite.ts'
export type { SqliteStorage } from './sqlite-storage.ts'
