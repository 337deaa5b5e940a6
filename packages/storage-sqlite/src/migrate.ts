import {
  literal,
  MIGRATIONS_TABLE,
  type Migration,
  type MigrationStatus,
  type MigrationStep,
  pendingMigrations,
  type TakenMigration,
} from '@florin/storage-sql'
import type Database from 'better-sqlite3'
import type { Session } from './session.ts'

const CREATE = `create table "${MIGRATIONS_TABLE}" (
  "number" integer not null primary key, "name" text not null, "at" integer not null
) strict`

const noteSql = (number: string, name: string): string =>
  `insert into "${MIGRATIONS_TABLE}" ("number", "name", "at") values (${number}, ${name}, unixepoch() * 1000)`

const takenBy = (session: Session): readonly TakenMigration[] => {
  const exists = session.db
    .prepare(`select 1 from sqlite_schema where type = 'table' and name = ?`)
    .get(MIGRATIONS_TABLE)
  if (exists === undefined) return []
  const all = session.db.prepare(`select "number", "name", "at" from "${MIGRATIONS_TABLE}" order by "number"`)
  return all.all() as TakenMigration[]
}

const pendingOf = (session: Session, known: readonly Migration[], taken: readonly TakenMigration[]) =>
  pendingMigrations(
    known,
    taken.map(({ number }) => number),
    session.file,
  )

const stepOf = ({ number, name }: Migration): MigrationStep => ({ number, name })

/**
 * Takes the steps that the file has not taken yet, all in one transaction: a crash leaves the old schema or the new one. Of several
 * processes that start at once one does it and the others wait.
 */
export const migrate = (
  session: Session,
  known: readonly Migration[],
  onStep: (step: MigrationStep) => void = () => {},
): readonly MigrationStep[] =>
  session.run(() => {
    if (pendingOf(session, known, takenBy(session)).length === 0) return []
    session.begin()
    const taken = takenBy(session)
    const pending = pendingOf(session, known, taken)
    if (taken.length === 0) session.db.exec(CREATE)
    const note = session.db.prepare(noteSql('?', '?'))
    for (const step of pending) {
      onStep(stepOf(step))
      for (const statement of step.statements) session.db.exec(statement)
      note.run(step.number, step.name)
    }
    session.commit()
    return pending.map(stepOf)
  })

/** Where the file's schema stands. */
export const migrationStatus = (session: Session, known: readonly Migration[]): MigrationStatus =>
  session.run(() => {
    const taken = takenBy(session)
    return { schema: 'main', taken, pending: pendingOf(session, known, taken).map(stepOf) }
  })

/** The script that `migrate` amounts to. */
export const migrationPlan = (session: Session, known: readonly Migration[]): string =>
  session.run(() => {
    const taken = takenBy(session)
    const pending = pendingOf(session, known, taken)
    if (pending.length === 0) return ''
    const steps = pending.flatMap(({ number, name, statements }) => [
      `-- ${number}: ${name}`,
      ...statements,
      noteSql(`${number}`, literal(name)),
    ])
    const lines = ['begin immediate', ...(taken.length === 0 ? [CREATE] : []), ...steps, 'commit']
    return lines.map((line) => (line.startsWith('--') ? `${line}\n` : `${line};\n`)).join('')
  })

/** The schema as the file has it, statement by statement. SQLite keeps a statement as it was given, but capitalises how it begins. */
export const schemaOf = (db: Database.Database): readonly string[] => {
  const kept = db.prepare('select sql from sqlite_schema where sql is not null and name <> ?').pluck()
  return (kept.all(MIGRATIONS_TABLE) as string[]).map((sql) =>
    sql.replace(/^CREATE (TABLE|UNIQUE INDEX|INDEX|TRIGGER)/, (begin) => begin.toLowerCase()),
  )
}
