export { bookStanding, type PendingPost } from './book-standing.ts'
export { type Cells, type Decoder, decoderOf, type Encoder, encoderOf, encodeValue, holdsMinor } from './codec.ts'
export { schemaDdl, schemaText, tableDdl } from './ddl.ts'
export { type Conversion, type Dialect, type Extras, guardsOf, NO_EXTRAS, type RowGuard } from './dialect.ts'
export type { MigrationStatus, MigrationStep, Migrations, TakenMigration } from './migration-status.ts'
export { MIGRATIONS_TABLE, type Migration, pendingMigrations } from './migrations.ts'
export { literal, quoted, quotedList, sqlName } from './names.ts'
export { postgresDialect } from './postgres-dialect.ts'
export { type AnyQuery, checkLimit, MAX_LIMIT } from './query.ts'
export { type AnyLookup, type LookupRead, type PageRead, type Read, type TableReads, tableReads } from './reads.ts'
export { SQLITE } from './sqlite-dialect.ts'
export {
  claimSql,
  columnsOf,
  finishSql,
  insertSql,
  leaseSql,
  releaseSql,
  replaceKey,
  replaceSql,
  scheduleSql,
  updateSql,
} from './statements.ts'
export { bytesOfId, idOfUuid, isIdOf, uuidOfId } from './uuid.ts'
