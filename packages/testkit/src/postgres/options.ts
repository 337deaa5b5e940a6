import { isAbsolute, resolve } from 'node:path'
import { FlorinError } from '@florin/core'
import type { EmbeddedPostgres } from './embedded-postgres.ts'
import type { ServerSettings } from './server-settings.ts'

/** How an embedded server is started. Everything has a default. */
export interface EmbeddedPostgresOptions {
  /**
   * The folder of its data, made if it is missing, and kept when it stops. Without one the data is in a temporary folder that goes with
   * the server.
   */
  readonly dataDir?: string
  /** A free one if absent. */
  readonly port?: number
  /** Server settings as in postgresql.conf, e.g. `{ max_connections: '20' }`. `fsync` is on unless you turn it off here. */
  readonly settings?: ServerSettings
  /**
   * Makes this server a streaming standby of another one of ours, which is stopped for a moment to be copied. It calls itself `name` to
   * its primary, for `synchronous_standby_names`.
   */
  readonly standbyOf?: EmbeddedPostgres
  /** `standby` if absent. */
  readonly name?: string
  /** Milliseconds; 30,000 if absent. */
  readonly startTimeoutMs?: number
}

/** Options that passed the gate. */
export interface ResolvedEmbedded {
  readonly dataDir: string | null
  readonly port: number | null
  readonly settings: Readonly<Record<string, string>>
  readonly standbyOf: EmbeddedPostgres | null
  readonly name: string
  readonly startTimeoutMs: number
}

const START_TIMEOUT_MS = 30_000 // a start takes half a second; a loaded machine, or a recovery after a kill, longer
const NAMES = ['dataDir', 'port', 'settings', 'standbyOf', 'name', 'startTimeoutMs']
const OURS = new Set(['port', 'listen_addresses', 'unix_socket_directories', 'data_directory'])
const SETTING = /^[a-z_][a-z0-9_.]*$/i

const refuse = (path: string, message: string): never => {
  throw new FlorinError('configuration', `startPostgres(): ${message}`, { details: { path } })
}

/** Settings as the server's command line takes them. Throws `configuration` for a name that is none, or that Florin sets itself. */
export const settingsOf = (given: ServerSettings = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!SETTING.test(name)) refuse('settings', `'${name}' is no name of a server setting`)
      if (OURS.has(name)) refuse('settings', `'${name}' is not yours to set; the options are ${NAMES.join(', ')}`)
      const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
      return [name, text]
    }),
  )

const whole = (path: string, value: number, most: number): number =>
  Number.isInteger(value) && value >= 1 && value <= most
    ? value
    : refuse(path, `'${path}' must be a whole number from 1 to ${most}, not ${String(value)}`)

/** The one gate. @throws FlorinError `configuration` naming the option and what it may be. */
export const resolveEmbedded = (options: EmbeddedPostgresOptions): ResolvedEmbedded => {
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) refuse(name, `unknown option '${name}'; there are ${NAMES.join(', ')}`)
  }
  const { dataDir, port, standbyOf, name = 'standby' } = options
  if (dataDir === '') refuse('dataDir', "'dataDir' is empty: name a folder, or leave it out for a temporary one")
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name))
    refuse('name', `'name' must be lower-case letters, digits and _, not '${name}'`)
  return Object.freeze({
    dataDir: dataDir === undefined ? null : isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    port: port === undefined ? null : whole('port', port, 65_535),
    settings: settingsOf(options.settings),
    standbyOf: standbyOf ?? null,
    name,
    startTimeoutMs: whole('startTimeoutMs', options.startTimeoutMs ?? START_TIMEOUT_MS, 600_000),
  })
}
