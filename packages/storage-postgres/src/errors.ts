import { FlorinError, isFlorinError } from '@florin/core/storage'

/** What of a driver's error is used. */
interface DriverError {
  readonly code?: unknown
  readonly severity?: unknown
  readonly table?: unknown
  readonly constraint?: unknown
  readonly message: string
}

const asDriverError = (error: unknown): DriverError => (error instanceof Error ? error : { message: String(error) })

/** The server's five-character code, or undefined when the server did not say anything. */
export const sqlState = (error: unknown): string | undefined => {
  const { code, severity } = asDriverError(error)
  return typeof code === 'string' && code.length === 5 && severity !== undefined ? code : undefined
}

/** The table that the server names in its error. */
export const tableOf = (error: unknown): string | undefined => {
  const { table } = asDriverError(error)
  return typeof table === 'string' ? table : undefined
}

/** Whether the connection went with the error: what it was doing may or may not have happened. */
export const isConnectionLoss = (error: unknown): boolean => {
  if (isFlorinError(error)) return false
  const { severity } = asDriverError(error)
  return sqlState(error) === undefined || severity === 'FATAL' || severity === 'PANIC'
}

/** Whether the server undid the transaction for reasons of its own, and asks for it again: serialization failure, deadlock. */
export const isTransient = (error: unknown): boolean => {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** A statement text that the server does not know any more, e.g. behind a pooler that changed connections: it can be sent again. */
export const isForgotten = (error: unknown): boolean => sqlState(error) === '26000'

/** A guard that had to find rows as they were expected did not: the division by zero of `counted`. */
export const isMissed = (error: unknown): boolean => sqlState(error) === '22012'

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505'

interface Meaning {
  readonly code: 'storage_unavailable' | 'storage_corrupt' | 'configuration' | 'internal'
  readonly says: (message: string) => string
}

const unavailable = (says: Meaning['says']): Meaning => ({ code: 'storage_unavailable', says })
const configuration = (says: Meaning['says']): Meaning => ({ code: 'configuration', says })

/** By SQLSTATE, the longest prefix first (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const MEANINGS: readonly (readonly [prefix: string, meaning: Meaning])[] = [
  ['53100', unavailable(() => 'its disk is full: free space on the server and try again')],
  ['53300', unavailable(() => 'it has no connection left: lower `writers` and `readers`, or raise max_connections')],
  ['53', unavailable((message) => `it has not enough of something (${message})`)],
  ['57014', unavailable(() => 'a statement ran longer than statementTimeoutMs: look for load or missing statistics')],
  [
    '55P03',
    unavailable(() => 'a row stayed locked for the whole lockTimeoutMs: end what holds it (pg_locks says who)'),
  ],
  ['57P03', unavailable(() => 'it is starting up, shutting down or recovering: try again')],
  ['57P', unavailable(() => 'it ended the connection (shutdown or operator)')],
  [
    '25006',
    unavailable(() => 'it takes no writes (a standby, or read-only since a failover): name the present primary'),
  ],
  ['25P03', unavailable(() => 'it ended a transaction that was idle for too long: the process is overloaded')],
  ['40', unavailable(() => 'other transactions came in the way more often than was tried again')],
  ['08', unavailable((message) => `the connection failed (${message})`)],
  ['58', unavailable((message) => `it failed to read or write (${message}): check its disk and log`)],
  ['XX001', { code: 'storage_corrupt', says: (message) => `its data is damaged (${message}): restore a backup` }],
  ['XX002', { code: 'storage_corrupt', says: (message) => `an index is damaged (${message}): reindex it` }],
  ['28', configuration((message) => `it refuses this user (${message}): check user, password and pg_hba.conf`)],
  ['3D000', configuration((message) => `${message}: create the database first`)],
  ['42501', configuration((message) => `${message}: grant this user what the guide lists`)],
  ['42P01', configuration((message) => `${message}: call migrate() before anything else, or run florin migrate`)],
  ['3F000', configuration((message) => `${message}: call migrate() before anything else, or run florin migrate`)],
  ['23', { code: 'internal', says: (message) => `it refused a row (${message}): a bug, please report it` }],
]

/** By the operating system's or the driver's words, where the server said nothing. */
const withoutServer = (where: string, { code, message }: DriverError): string => {
  if (code === 'ECONNREFUSED') return `${where} takes no connections: is the server running, and is this its address?`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name of ${where} cannot be resolved`
  if (/does not support SSL/.test(message)) return `${where} does not offer TLS: enable it there, or say tls: 'disable'`
  return `the connection to ${where} failed (${message})`
}

const CERTIFICATE = /^(CERT_|UNABLE_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)/

/**
 * What went wrong, as hosts know it: where, the remedy, and that nothing was written. The server's messages name tables and columns;
 * values stand in its `detail`, which is not shown.
 */
export const storageError = (error: unknown, where: string, tail = 'nothing was written'): FlorinError => {
  if (isFlorinError(error)) return error
  const driver = asDriverError(error)
  const state = sqlState(error)
  if (state === undefined) {
    if (typeof driver.code === 'string' && CERTIFICATE.test(driver.code)) {
      const says = `the certificate of ${where} is not accepted (${driver.message}): give its authority as tls.ca`
      return new FlorinError('configuration', says, { details: { where }, cause: bare(error) })
    }
    const says = `${withoutServer(where, driver)}; ${tail}`
    return new FlorinError('storage_unavailable', says, { details: { where }, cause: bare(error) })
  }
  const details = { where, sqlState: state }
  const meaning = MEANINGS.find(([prefix]) => state.startsWith(prefix))?.[1]
  if (meaning !== undefined) {
    return new FlorinError(meaning.code, `${where}: ${meaning.says(driver.message)}; ${tail}`, {
      details,
      cause: bare(error),
    })
  }
  return new FlorinError('internal', `${where}: ${driver.message} (${state}); please report it; ${tail}`, {
    details,
    cause: bare(error),
  })
}

/** The driver's error without what may hold a row's values: detail, hint, where, and the query itself. */
const bare = (error: unknown): Error => {
  const { message, code } = asDriverError(error)
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}
