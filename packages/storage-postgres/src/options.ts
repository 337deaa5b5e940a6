import type { ConnectionOptions } from 'node:tls'
import { FlorinError } from '@florin/core/storage'
import { type TlsChoice, tlsOf } from './tls.ts'

/** What of PostgreSQL's own is used in the correctness path; see the guide. */
export type Profile = 'native' | 'portable'

/** Where the database is and how it is used. Everything but `url` has a default. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. Name the primary: a standby is refused. */
  readonly url: string
  /**
   * URLs of streaming standbys, which then answer reads that may be a moment old; none if absent. Each takes `readers` connections more.
   * What this storage committed is always seen. One that is away or behind is passed over.
   */
  readonly replicas?: readonly string[]
  /** The schema that holds Florin's tables, made by the first migration; `florin` if absent. */
  readonly schema?: string
  /** Connections that write, each one batch at a time; 3 if absent. More do not make a hot ledger account faster. */
  readonly writers?: number
  /** Connections that read, each any number of reads at a time; 3 if absent. */
  readonly readers?: number
  /** The longest that one statement may run before the server ends it; 8,000 if absent. */
  readonly statementTimeoutMs?: number
  /** The longest that one statement may wait for a row that somebody else holds; 5,000 if absent. */
  readonly lockTimeoutMs?: number
  /** The longest that opening a connection, or waiting for a free one, may take; 5,000 if absent. */
  readonly connectTimeoutMs?: number
  /**
   * `verify-full` checks the server's certificate and name; `require` encrypts and checks nothing; `disable` does not encrypt; an
   * object verifies with its `ca`, and may carry a client's `cert` and `key`. What `sslmode` in the URL says if absent.
   */
  readonly tls?: TlsChoice
  /** How these connections are called in `pg_stat_activity`; `florin` if absent. */
  readonly applicationName?: string
  /**
   * `portable` uses nothing that a PostgreSQL-compatible distributed database lacks: commits seal their events themselves, one after
   * the other, which costs speed. `native` if absent. A database keeps the profile of its first migration.
   */
  readonly profile?: Profile
  /** `auto` (the default) lets `migrate()`, and so `createFlorin`, change the schema; `never` lets it only check that nothing is missing. */
  readonly migrate?: 'auto' | 'never'
  /**
   * Must be `'acknowledged payments may be lost in a crash'` for a server whose `fsync`, `full_page_writes` or `synchronous_commit` is
   * off; without it such a server is refused. For tests and benchmarks.
   */
  readonly acceptDataLoss?: typeof DATA_LOSS
}

export const DATA_LOSS = 'acknowledged payments may be lost in a crash'

export interface ResolvedOptions {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string | undefined
  readonly tls: ConnectionOptions | false
  readonly schema: string
  readonly writers: number
  readonly readers: number
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly applicationName: string
  readonly profile: Profile
  readonly migrate: 'auto' | 'never'
  readonly acceptDataLoss: boolean
  /** A server that only answers reads: a standby will do. */
  readonly readOnly: boolean
  readonly replicas: readonly ResolvedOptions[]
}

const DEFAULTS = {
  schema: 'florin',
  writers: 3, // one that waits for its fsync, one that computes, one on the wire; measured flat from there on
  readers: 3, // reads share connections, so few are enough, and a slow one holds up only its own third
  statementTimeoutMs: 8_000, // hundreds of times what any statement of ours takes, and shorter than a caller's patience (10 s)
  lockTimeoutMs: 5_000, // a batch holds rows for milliseconds: whoever waits longer waits for something broken
  connectTimeoutMs: 5_000, // shorter than a caller's patience (10 s)
  applicationName: 'florin',
  profile: 'native',
  migrate: 'auto',
} as const

const NAMES: readonly string[] = ['url', 'replicas', 'tls', 'acceptDataLoss', ...Object.keys(DEFAULTS)]
const PORT = 5432

const refuse = (path: string, message: string): never => {
  throw new FlorinError('configuration', `postgres(): ${message}`, { details: { path } })
}

const urlOf = (text: unknown, name: string): URL => {
  const example = "give one like 'postgres://user:password@host:5432/database'"
  if (typeof text !== 'string' || text === '') return refuse(name, `'${name}' is missing: ${example}`)
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return refuse(name, `'${name}' is not a URL: ${example}`) // not shown: it may hold a password
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    return refuse(name, `'${name}' begins with '${url.protocol}', not 'postgres:': ${example}`)
  }
  for (const name of url.searchParams.keys()) {
    if (name === 'sslmode' || name === 'host') continue
    return refuse(name, `'${name}' has the parameter '${name}', which is not known here: use the options of postgres()`)
  }
  return url
}

const whole = (options: PostgresOptions, name: keyof typeof LIMITS): number => {
  const value = options[name] ?? DEFAULTS[name]
  const [low, high] = LIMITS[name]
  if (Number.isInteger(value) && value >= low && value <= high) return value
  return refuse(name, `'${name}' must be a whole number from ${low} to ${high}, not ${String(value)}`)
}

const LIMITS = {
  writers: [1, 32],
  readers: [1, 64],
  statementTimeoutMs: [100, 600_000],
  lockTimeoutMs: [50, 600_000],
  connectTimeoutMs: [100, 60_000],
} as const

const choice = <N extends 'profile' | 'migrate'>(
  options: PostgresOptions,
  name: N,
  values: readonly NonNullable<PostgresOptions[N]>[],
): NonNullable<PostgresOptions[N]> => {
  const value = (options[name] ?? DEFAULTS[name]) as NonNullable<PostgresOptions[N]>
  if (values.includes(value)) return value
  return refuse(name, `'${name}' must be ${values.join(' or ')}, not '${String(value)}'`)
}

/** A lower-case name, so that nobody has to quote it; never PostgreSQL's own. */
const schemaOf = (schema: unknown): string => {
  if (typeof schema === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(schema) && !schema.startsWith('pg_')) return schema
  return refuse(
    'schema',
    `'schema' must be a lower-case name of letters, digits and '_' that does not begin with 'pg_', not '${String(schema)}'`,
  )
}

const lossOf = (given: unknown): boolean => {
  if (given === undefined || given === DATA_LOSS) return given === DATA_LOSS
  return refuse('acceptDataLoss', `'acceptDataLoss' must be, in as many words, '${DATA_LOSS}'`)
}

const nameOf = (name: unknown): string => {
  if (typeof name === 'string' && /^[\x20-\x7e]{1,63}$/.test(name)) return name
  return refuse('applicationName', "'applicationName' must be 1 to 63 printable ASCII characters")
}

const MOST_REPLICAS = 16
/** Shorter than for the primary, which is asked after it. */
const REPLICA_STATEMENT_MS = 2_000
const REPLICA_CONNECT_MS = 1_000

const replicasOf = (options: PostgresOptions, primary: ResolvedOptions): readonly ResolvedOptions[] => {
  const { replicas = [] } = options
  if (!Array.isArray(replicas) || replicas.length > MOST_REPLICAS) {
    return refuse('replicas', `'replicas' must be a list of at most ${MOST_REPLICAS} URLs of standbys`)
  }
  if (replicas.length > 0 && primary.profile === 'portable') {
    refuse('replicas', "'replicas' needs profile 'native': other databases do not say how far a standby has come")
  }
  return replicas.map((url: unknown, i) => {
    if (url === options.url) refuse('replicas', "'replicas' names the primary of 'url': name its standbys")
    const place = placeOf(url, options.tls, `replicas[${i}]`)
    const patience = {
      statementTimeoutMs: Math.min(primary.statementTimeoutMs, REPLICA_STATEMENT_MS),
      connectTimeoutMs: Math.min(primary.connectTimeoutMs, REPLICA_CONNECT_MS),
    }
    return Object.freeze({ ...primary, ...place, ...patience, readOnly: true, replicas: [] })
  })
}

/** What a URL says. */
const placeOf = (given: unknown, tls: PostgresOptions['tls'], name: string) => {
  const url = urlOf(given, name)
  const user = decodeURIComponent(url.username)
  if (user === '') refuse(name, `'${name}' names no user: 'postgres://user:password@host:5432/database'`)
  const host = url.searchParams.get('host') ?? (url.hostname.replace(/^\[|\]$/g, '') || 'localhost')
  return {
    host,
    port: url.port === '' ? PORT : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    user,
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    tls: tlsOf(tls, url.searchParams.get('sslmode'), host, refuse),
  }
}

/** The one gate that options pass. @throws FlorinError `configuration` naming the option and what it may be. */
export const resolveOptions = (given: string | PostgresOptions): ResolvedOptions => {
  if (typeof given !== 'string' && (typeof given !== 'object' || given === null)) {
    return refuse('url', 'give a URL, or { url, … }')
  }
  const options: PostgresOptions = typeof given === 'string' ? { url: given } : given
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) refuse(name, `unknown option '${name}'; there are ${NAMES.join(', ')}`)
  }
  const primary = Object.freeze({
    ...placeOf(options.url, options.tls, 'url'),
    schema: schemaOf(options.schema ?? DEFAULTS.schema),
    writers: whole(options, 'writers'),
    readers: whole(options, 'readers'),
    statementTimeoutMs: whole(options, 'statementTimeoutMs'),
    lockTimeoutMs: whole(options, 'lockTimeoutMs'),
    connectTimeoutMs: whole(options, 'connectTimeoutMs'),
    applicationName: nameOf(options.applicationName ?? DEFAULTS.applicationName),
    profile: choice(options, 'profile', ['native', 'portable']),
    migrate: choice(options, 'migrate', ['auto', 'never']),
    acceptDataLoss: lossOf(options.acceptDataLoss),
    readOnly: false,
    replicas: [],
  })
  return Object.freeze({ ...primary, replicas: replicasOf(options, primary) })
}
