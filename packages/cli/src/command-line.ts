import { parseArgs } from 'node:util'
import { WrongUsage } from './exit-codes.ts'

/** What `--help` prints. */
export const HELP = `florin <command> [options]

Looks after the database of a Florin host: a SQLite file or a PostgreSQL.

  migrate   brings the schema up to date; safe beside running servers, and from several at once
  status    which steps of the schema were taken, and which are missing
  verify    recomputes books, chain of events and payments from every row, and compares; writes nothing
  grants    prints the SQL that gives a PostgreSQL role what an application server needs, and no more

  --database <url or file>   postgres://user@host/database, or the path of a SQLite file;
                             else FLORIN_DATABASE, else DATABASE_URL (where a password is safer than in a command)
  --schema <name>            PostgreSQL: the schema of Florin's tables (FLORIN_SCHEMA, or 'florin')
  --profile <name>           PostgreSQL: native or portable, as the database was made (FLORIN_PROFILE, or 'native')
  --dry-run                  migrate: print the SQL, and do nothing
  --expect-head <file>       verify: the chain must pass through the head that this file holds
  --save-head <file>         verify: write the head there if all is well; keep it where the database's owner cannot write
  --role <name>              grants: the role of the application servers
  --json                     one JSON object on standard output, for programs
  --help, --version          this text; the version

Exit code 0 when all is well, 1 when something was found (steps are missing, books disagree, the file is damaged, the schema is
newer than this florin), 2 when the command or a setting is wrong, 3 when the database cannot be reached, 4 when something else broke.`

const VERBS = ['migrate', 'status', 'verify', 'grants'] as const

/** What is to be done. */
export type Verb = (typeof VERBS)[number]

const options = {
  database: { type: 'string' },
  schema: { type: 'string' },
  profile: { type: 'string' },
  role: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'expect-head': { type: 'string' },
  'save-head': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

/** Options that only one command has. */
const OWN: Readonly<Record<string, Verb>> = {
  'dry-run': 'migrate',
  'expect-head': 'verify',
  'save-head': 'verify',
  role: 'grants',
}

/** A command line and its environment, read. */
export interface Command {
  readonly verb: Verb
  /** A URL or a path; empty for `grants`, which asks no database. */
  readonly database: string
  readonly schema: string | undefined
  readonly profile: 'native' | 'portable' | undefined
  readonly role: string | undefined
  readonly dryRun: boolean
  readonly expectHead: string | undefined
  readonly saveHead: string | undefined
  readonly json: boolean
}

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new WrongUsage((error as Error).message)
  }
}

const verbOf = ([given, ...more]: readonly string[]): Verb => {
  const verb = VERBS.find((one) => one === given)
  if (verb === undefined) {
    throw new WrongUsage(given === undefined ? 'a command is missing' : `there is no command '${given}'`)
  }
  if (more.length > 0) throw new WrongUsage(`'${more[0]}' is too much: ${verb} takes options only`)
  return verb
}

type Env = Readonly<Record<string, string | undefined>>

/** A variable's value; one that is set to nothing counts as not set. */
const given = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name])

const profileOf = (text: string | undefined): Command['profile'] => {
  if (text === undefined || text === 'native' || text === 'portable') return text
  throw new WrongUsage(`the profile is native or portable, not '${text}'`)
}

/** Reads a command. Throws `WrongUsage`. */
export const readCommand = (argv: readonly string[], env: Env): Command | 'help' | 'version' => {
  const { values, positionals } = parse(argv)
  if (values.help === true) return 'help'
  if (values.version === true) return 'version'
  const verb = verbOf(positionals)
  for (const [name, owner] of Object.entries(OWN)) {
    if (owner === verb || !(name in values)) continue
    throw new WrongUsage(`--${name} belongs to ${owner}, not to ${verb}`)
  }
  const database = values.database ?? given(env, 'FLORIN_DATABASE') ?? given(env, 'DATABASE_URL') ?? ''
  if (database === '' && verb !== 'grants') {
    throw new WrongUsage('which database? Give --database <url or file>, or set FLORIN_DATABASE or DATABASE_URL')
  }
  return {
    verb,
    database,
    schema: values.schema ?? given(env, 'FLORIN_SCHEMA'),
    profile: profileOf(values.profile ?? given(env, 'FLORIN_PROFILE')),
    role: values.role,
    dryRun: values['dry-run'] === true,
    expectHead: values['expect-head'],
    saveHead: values['save-head'],
    json: values.json === true,
  }
}
