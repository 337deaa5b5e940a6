import { MIGRATIONS_TABLE, type Migration, pendingMigrations } from '@florin/storage-sql'
import type Database from 'better-sqlite3'
import type { Session } from './session.ts'

const CREATE = `create table "${MIGRATIONS_TABLE}" (
  "number" integer not null primary key, "name" text not null, "at" integer not null
) strict`

const takenBy = (session: Session): readonly number[] => {
  const exists = session.db
    .prepare(`select 1 from sqlite_schema where type = 'table' and name = ?`)
    .get(MIGRATIONS_TABLE)
  if (exists === undefined) return []
  return session.db.prepare(`select "number" from "${MIGRATIONS_TABLE}"`).pluck().all() as number[]
}

/**
 * Takes the steps that the file has not taken yet, all in one transaction: a crash leaves the old schema or the new one. Of several
 * processes that start at once one does it and the others wait.
 */
export const migrate = (session: Session, known: readonly Migration[]): void => {
  session.run(() => {
    if (pendingMigrations(known, takenBy(session), session.file).length === 0) return
    session.begin()
    const taken = takenBy(session)
    if (taken.length === 0) session.db.exec(CREATE)
    const note = session.db.prepare(
      `insert into "${MIGRATIONS_TABLE}" ("number", "name", "at") values (?, ?, unixepoch() * 1000)`,
    )
    for (const { number, name, statements } of pendingMigrations(known, taken, session.file)) {
      for (const statement of statements) session.db.exec(statement)
      note.run(number, name)
    }
    session.commit()
  })
}

/** The schema as the file has it, statement by statement. SQLite keeps a statement as it was given, but capitalises how it begins. */
export const schemaOf = (db: Database.Database): readonly string[] => {
  const kept = db.prepare('select sql from sqlite_schema where sql is not null and name <> ?').pluck()
  return (kept.all(MIGRATIONS_TABLE) as string[]).map((sql) =>
    sql.replace(/^CREATE (TABLE|UNIQUE INDEX|INDEX|TRIGGER)/, (begin) => begin.toLowerCase()),
  )
}
