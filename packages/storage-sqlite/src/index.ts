export type { IntegrityCheck, SqliteOptions } from './options.ts'
export { type SqliteStorage, sqlite } from './sqlite.ts'
