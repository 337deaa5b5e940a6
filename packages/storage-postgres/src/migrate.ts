import { events, FlorinError } from '@florin/core/storage'
import {
  literal,
  MIGRATIONS_TABLE,
  type Migration,
  type MigrationStatus,
  type Migrations,
  pendingMigrations,
  type TakenMigration,
} from '@florin/storage-sql'
import { reapSql, STATE } from './batch-sql.ts'
import { isConnectionLoss, isUniqueViolation, sqlState, storageError } from './errors.ts'
import type { Held, Line } from './line.ts'
import type { Lines } from './lines.ts'
import type { ResolvedOptions } from './options.ts'
import { plain, type Query, query } from './statement.ts'
import { ROLLBACK } from './transaction.ts'

const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint'

/** What must be there before anything can be locked. Several servers may make it at once. */
const bootstrap = (schema: string, profile: string): readonly string[] => [
  `create schema if not exists "${schema}"`,
  `create table if not exists "${schema}"."${STATE}" ("name" text collate "C" not null primary key, "value" text not null)`,
  `create table if not exists "${schema}"."${MIGRATIONS_TABLE}" ` +
    `("number" integer not null primary key, "name" text not null, "at" bigint not null)`,
  `insert into "${schema}"."${STATE}" ("name", "value") ` +
    `values ('migrating', ''), ('seal', ''), ('profile', ${literal(profile)}), ('base', '0') on conflict do nothing`,
]

const LOCAL = (schema: string): string => `set local search_path to "${schema}"`

const noteOf = ({ number, name }: Migration, schema: string): string =>
  `insert into "${schema}"."${MIGRATIONS_TABLE}" ("number", "name", "at") values (${number}, ${literal(name)}, ${NOW})`

/** How often making the first tables is tried again: of servers that make them at once all but one are refused. */
const INSUFFICIENT_PRIVILEGE = '42501'
const MAX_TRIES = 10

/** How long a server waits for another one that takes the steps. */
const TURN_MS = 60_000
/** How long one statement of a step may take: a large table is gone through once. */
const STEP_MS = 3_600_000

/** The schema's steps on one database. */
export class Migrator implements Migrations {
  readonly #lines: Lines
  readonly #options: ResolvedOptions
  readonly #known: readonly Migration[]

  #base = 0

  constructor(lines: Lines, options: ResolvedOptions, known: readonly Migration[]) {
    this.#lines = lines
    this.#options = options
    this.#known = known
  }

  /**
   * What is added to the server's transaction numbers, by which events are put in order. They start again where a dump is restored into
   * another server; then it grows, so that new events come after the old ones. Known once migrated.
   */
  base(): number {
    return this.#base
  }

  async status(): Promise<MigrationStatus> {
    const taken = await this.#asked(() => this.#lines.write((line) => this.#taken(line)))
    const pending = this.#pending(taken).map(({ number, name }) => ({ number, name }))
    return { schema: this.#options.schema, taken, pending }
  }

  async plan(): Promise<string> {
    const { schema, profile } = this.#options
    const taken = await this.#asked(() => this.#lines.write((line) => this.#taken(line)))
    const pending = this.#pending(taken)
    if (pending.length === 0) return ''
    const steps = pending.flatMap((step) => [...step.statements, noteOf(step, schema)])
    const first = taken.length === 0 ? bootstrap(schema, profile) : []
    return [...first, 'begin', LOCAL(schema), ...steps, 'commit'].map((text) => `${text};\n`).join('\n')
  }

  async apply(onStep?: Parameters<Migrations['apply']>[0]): Promise<MigrationStatus['pending']> {
    const { pending, taken } = await this.status()
    if (pending.length === 0) return []
    return this.#asked(() =>
      this.#lines.write(async (line) => {
        if (taken.length === 0) await this.#bootstrap(line)
        return this.#upgrade(line, onStep)
      }),
    )
  }

  /** What `migrate()` of the storage does: brings the schema up to date, or only checks that it is. */
  async migrate(): Promise<void> {
    if (this.#options.migrate === 'auto') await this.apply()
    else {
      const { pending, schema } = await this.status()
      if (pending.length > 0) {
        const names = pending.map(({ number, name }) => `${number} ${name}`).join(', ')
        throw new FlorinError(
          'configuration',
          `${this.#lines.where}: schema '${schema}' lacks ${names}, and migrate is 'never': run florin migrate first`,
        )
      }
    }
    await this.#asked(() =>
      this.#lines.write(async (line) => {
        await this.#checkProfile(line)
        if (this.#options.profile === 'native') this.#base = await this.#currentBase(line)
        await this.#reap(line)
      }),
    )
  }

  /** Who only reads, as an auditor does, leaves it to those who write. */
  async #reap(line: Line): Promise<void> {
    try {
      await line.run([query(reapSql(this.#options.schema))])
    } catch (error) {
      if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error
    }
  }

  async #bootstrap(line: Line): Promise<void> {
    const { schema, profile } = this.#options
    for (let tries = 1; ; tries++) {
      try {
        for (const text of bootstrap(schema, profile)) await line.run([plain(text)])
        return
      } catch (error) {
        // `if not exists` looks before it leaps: whoever leaps second is told of a duplicate, or of a tuple updated under it.
        const raced = isUniqueViolation(error) || ['42P06', '42P07', '42710', 'XX000'].includes(sqlState(error) ?? '')
        if (!raced || tries === MAX_TRIES) throw error
      }
    }
  }

  /** All pending steps in one transaction: a crash leaves the old schema or the new one. */
  async #upgrade(line: Line, onStep: Parameters<Migrations['apply']>[0]): Promise<MigrationStatus['pending']> {
    const { schema, lockTimeoutMs, statementTimeoutMs } = this.#options
    const turnMs = Math.max(lockTimeoutMs, TURN_MS)
    const stepMs = Math.max(statementTimeoutMs, STEP_MS)
    const held = await line.hold()
    try {
      await held.run([
        plain('begin'),
        plain(LOCAL(schema)),
        plain(`set local lock_timeout to ${turnMs}`),
        plain(`set local statement_timeout to ${stepMs}`),
        { ...plain(`select from "${STATE}" where "name" = 'migrating' for update`), patienceMs: turnMs },
        plain(`set local lock_timeout to ${lockTimeoutMs}`), // a table that somebody holds: better late than holding up payments
      ])
      const pending = this.#pending(await this.#taken(held))
      for (const step of pending) {
        onStep?.({ number: step.number, name: step.name })
        const queries: Query[] = [...step.statements, noteOf(step, schema)].map((text) => ({
          ...plain(text),
          patienceMs: stepMs,
        }))
        await held.run(queries)
      }
      await held.run([plain('commit')])
      return pending.map(({ number, name }) => ({ number, name }))
    } catch (error) {
      if (!isConnectionLoss(error)) await line.run([ROLLBACK])
      throw error
    }
  }

  async #taken(line: Held): Promise<readonly TakenMigration[]> {
    const { schema } = this.#options
    const table = `"${schema}"."${MIGRATIONS_TABLE}"`
    const [exists] = await line.run([query('select to_regclass($1) is not null', [table])])
    if (exists?.rows[0]?.[0] !== 't') return []
    const [answer] = await line.run([query(`select "number", "name", "at" from ${table} order by "number"`)])
    return (answer?.rows ?? []).map(([number, name, at]) => ({
      number: Number(number),
      name: name ?? '',
      at: Number(at),
    }))
  }

  #pending(taken: readonly TakenMigration[]): readonly Migration[] {
    const where = `schema '${this.#options.schema}' of ${this.#lines.where}`
    return pendingMigrations(
      this.#known,
      taken.map(({ number }) => number),
      where,
    )
  }

  async #checkProfile(line: Line): Promise<void> {
    const { schema, profile } = this.#options
    const [answer] = await line.run([query(`select "value" from "${schema}"."${STATE}" where "name" = 'profile'`)])
    const found = answer?.rows[0]?.[0]
    if (found === profile) return
    throw new FlorinError(
      'configuration',
      `${this.#lines.where}: schema '${schema}' was made with profile '${String(found)}', and this server says '${profile}': one database keeps one profile, for events are sealed differently`,
    )
  }

  async #currentBase(line: Line): Promise<number> {
    const { schema, migrate } = this.#options
    const held = await line.hold()
    const state = `"${schema}"."${STATE}"`
    const look = query(
      `select "value", (select max("xact") from "${schema}"."${events.name}"), pg_snapshot_xmax(pg_current_snapshot())::text ` +
        `from ${state} where "name" = 'base'`,
    )
    const read = async (): Promise<readonly [base: number, newest: number, next: number]> => {
      const [answer] = await held.run([look])
      const [base, newest, next] = (answer?.rows[0] ?? []).map(Number)
      return [base ?? 0, newest ?? 0, next ?? 0]
    }
    const [known, newestKnown, nextKnown] = await read()
    if (newestKnown < known + nextKnown) return known
    if (migrate === 'never') {
      throw new FlorinError(
        'configuration',
        `${this.#lines.where}: schema '${schema}' was restored from another server: run florin migrate, so that new events come after the old ones`,
      )
    }
    try {
      await held.run([plain('begin'), plain(`select from ${state} where "name" = 'base' for update`)])
      const [base, newest, next] = await read()
      const raised = newest < base + next ? base : newest
      await held.run([
        query(`update ${state} set "value" = $1 where "name" = 'base'`, [String(raised)]),
        plain('commit'),
      ])
      return raised
    } catch (error) {
      if (!isConnectionLoss(error)) await line.run([ROLLBACK])
      throw error
    }
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw storageError(error, this.#lines.where)
    }
  }
}
