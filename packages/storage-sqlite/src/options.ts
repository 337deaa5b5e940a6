import { isAbsolute, resolve } from 'node:path'
import { FlorinError } from '@florin/core/storage'

/** How thoroughly the file is examined when it is opened. */
export type IntegrityCheck = 'quick' | 'full' | 'none'

/** Where the database is and how it is opened. Everything but `file` has a default. */
export interface SqliteOptions {
  /** Path of the database file, made if it is missing (its folder must exist), or `:memory:`, which keeps nothing. */
  readonly file: string
  /**
   * How long a write waits for another process's write before it fails with `storage_unavailable`; 5,000 if absent. The wait blocks
   * the process, as SQLite does, so it is no queue: a few processes on one file are fine, many are not.
   */
  readonly busyTimeoutMs?: number
  /**
   * What is examined on opening: `quick` (the default: every page and row, not whether indexes agree with tables; two to three
   * seconds a gigabyte), `full` (indexes too; three to four), or `none` for a large file that is checked elsewhere, e.g. by its backups.
   */
  readonly integrityCheck?: IntegrityCheck
}

export interface ResolvedOptions {
  /** Absolute, or `:memory:`. */
  readonly file: string
  readonly memory: boolean
  readonly busyTimeoutMs: number
  readonly integrityCheck: IntegrityCheck
}

const BUSY_TIMEOUT_MS = 5_000 // longer than any batch of ours takes, shorter than a caller's patience (10 s)
const MAX_BUSY_TIMEOUT_MS = 60_000
const CHECKS: readonly string[] = ['quick', 'full', 'none']
const NAMES: readonly string[] = ['file', 'busyTimeoutMs', 'integrityCheck']

const MESSAGE_MAX = 500 // a refused value may be anything

const refuse = (path: string, message: string): never => {
  throw new FlorinError('configuration', `sqlite(): ${message.slice(0, MESSAGE_MAX)}`, { details: { path } })
}

const checkNames = (options: object): void => {
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name)) continue
    if (name.toLowerCase() === 'readonly') {
      refuse(
        name,
        `'${name}' is not possible, Florin always writes: to look at the data, open the file with another tool`,
      )
    }
    refuse(name, `unknown option '${name}'; there are ${NAMES.join(', ')}`)
  }
}

const fileOf = (file: unknown): string => {
  if (typeof file !== 'string' || file === '') {
    return refuse('file', "'file' must be the path of the database, e.g. './florin.db', or ':memory:'")
  }
  if (file.trim() !== file || file.includes('\0')) {
    return refuse('file', `the path '${file}' begins or ends with white space, or holds a NUL: name the file plainly`)
  }
  if (file.startsWith('file:')) return refuse('file', `'${file}' is a URI: give a path`)
  return file === ':memory:' || isAbsolute(file) ? file : resolve(file)
}

/** The one gate that options pass. @throws FlorinError `configuration` naming the option and what it may be. */
export const resolveOptions = (given: string | SqliteOptions): ResolvedOptions => {
  if (typeof given !== 'string' && (typeof given !== 'object' || given === null)) {
    return refuse('file', 'give a path, or { file, … }')
  }
  const options: SqliteOptions = typeof given === 'string' ? { file: given } : given
  checkNames(options)
  const file = fileOf(options.file)
  const busyTimeoutMs = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > MAX_BUSY_TIMEOUT_MS) {
    refuse(
      'busyTimeoutMs',
      `'busyTimeoutMs' must be a whole number from 0 to ${MAX_BUSY_TIMEOUT_MS}, not ${typeof busyTimeoutMs === 'number' ? busyTimeoutMs : `a ${typeof busyTimeoutMs}`}`,
    )
  }
  const integrityCheck = options.integrityCheck ?? 'quick'
  if (!CHECKS.includes(integrityCheck)) {
    refuse(
      'integrityCheck',
      `'integrityCheck' must be ${CHECKS.join(', ')}, not ${typeof integrityCheck === 'string' ? `'${integrityCheck}'` : `a ${typeof integrityCheck}`}`,
    )
  }
  return Object.freeze({ file, memory: file === ':memory:', busyTimeoutMs, integrityCheck })
}
