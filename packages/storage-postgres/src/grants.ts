import { type AnyTable, CATALOGUE, FlorinError, jobs } from '@florin/core/storage'
import { MIGRATIONS_TABLE, quotedList } from '@florin/storage-sql'
import { BATCHES, STATE } from './batch-sql.ts'
import { type Profile, resolveOptions } from './options.ts'

/** For whom rights are granted. */
export interface GrantOptions {
  /** The role that application servers connect as. It must exist, and must not own the tables. */
  readonly role: string
  /** `florin` if absent. */
  readonly schema?: string
  /** `native` if absent. */
  readonly profile?: Profile
}

/** PostgreSQL cuts longer names off, and would then grant to somebody else. */
const LONGEST_NAME = 63

const roleOf = (role: unknown): string => {
  if (typeof role === 'string' && role !== '' && role.length <= LONGEST_NAME && !/["\0]/.test(role)) return `"${role}"`
  throw new FlorinError(
    'configuration',
    `the role must be a name of 1 to ${LONGEST_NAME} characters without '"', not '${String(role)}'`,
  )
}

const updatable = ({ mutable }: AnyTable): string => quotedList(mutable as readonly string[])

/**
 * SQL that gives a role what an application server needs, and takes from it what else it had on the tables: it reads and appends
 * everywhere, updates only columns that ever change, deletes only finished jobs. It can neither change nor remove an event or an entry, and
 * cannot take the steps of a schema. Made from the table definitions, so run it again, as the owner, after each migration.
 *
 * @throws FlorinError `configuration` for a role or schema that is no name.
 * @example
 * console.log(grantsFor({ role: 'shop_app' }))
 */
export const grantsFor = ({ role, schema = 'florin', profile = 'native' }: GrantOptions): string => {
  resolveOptions({ url: 'postgres://checked@localhost/checked', schema, profile })
  const to = `to ${roleOf(role)}`
  const name = (table: string): string => `"${schema}"."${table}"`
  const changing = CATALOGUE.filter(({ mutable }) => mutable.length > 0)
  const lines = [
    'begin',
    `revoke all on all tables in schema "${schema}" from ${roleOf(role)}`,
    `grant usage on schema "${schema}" ${to}`,
    `grant select on ${name(MIGRATIONS_TABLE)}, ${name(STATE)} ${to}`,
    ...(profile === 'portable' ? [`grant update ("value") on ${name(STATE)} ${to}`] : []), // the row that commits lock to seal
    `grant select, insert, delete on ${name(BATCHES)} ${to}`,
    ...CATALOGUE.map((table) => `grant select, insert on ${name(table.name)} ${to}`),
    ...changing.map((table) => `grant update (${updatable(table)}) on ${name(table.name)} ${to}`),
    `grant delete on ${name(jobs.name)} ${to}`,
    'commit',
  ]
  return lines.map((line) => `${line};\n`).join('')
}
