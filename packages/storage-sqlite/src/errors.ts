import { FlorinError, isFlorinError } from '@florin/core/storage'

interface Meaning {
  readonly code: 'storage_unavailable' | 'storage_corrupt' | 'internal'
  readonly says: (file: string, message: string) => string
}

/** By primary result code (https://sqlite.org/rescode.html); extended codes start with theirs. */
const MEANINGS: readonly (readonly [prefix: string, meaning: Meaning])[] = [
  [
    'SQLITE_NOTADB',
    {
      code: 'storage_corrupt',
      says: (file) =>
        `${file} is not a SQLite database, or its first page is destroyed: check the path, or restore a backup`,
    },
  ],
  [
    'SQLITE_CORRUPT',
    {
      code: 'storage_corrupt',
      says: (file, message) => `${file} is damaged (${message}): stop all processes that use it and restore a backup`,
    },
  ],
  [
    'SQLITE_FULL',
    {
      code: 'storage_unavailable',
      says: (file) => `no room left for ${file}: free disk space and try again; nothing was written`,
    },
  ],
  [
    'SQLITE_READONLY_DBMOVED',
    {
      code: 'storage_unavailable',
      says: (file) => `${file} was moved or deleted while it was open: put it back and start this process again`,
    },
  ],
  [
    'SQLITE_READONLY',
    {
      code: 'storage_unavailable',
      says: (file) =>
        `${file} cannot be written: give this process's user write permission for the file and its folder (SQLite keeps -wal and -shm files beside it)`,
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      code: 'storage_unavailable',
      says: (file) =>
        `${file} cannot be opened: give this process's user write permission for the file and its folder, and check that it is a file`,
    },
  ],
  [
    'SQLITE_BUSY',
    {
      code: 'storage_unavailable',
      says: (file) =>
        `${file} stayed locked by another process for the whole busyTimeoutMs: end what holds it (a long transaction, a copy in progress) and try again; nothing was written`,
    },
  ],
  [
    'SQLITE_IOERR',
    {
      code: 'storage_unavailable',
      says: (file, message) => `reading or writing ${file} failed (${message}): check the disk; nothing was committed`,
    },
  ],
  [
    'SQLITE_NOMEM',
    { code: 'storage_unavailable', says: (file) => `no memory left to work on ${file}; nothing was committed` },
  ],
  [
    'SQLITE_CONSTRAINT',
    {
      code: 'internal',
      says: (_, message) => `the database refused a row (${message}): a bug, please report it; nothing was written`,
    },
  ],
]

const sqliteCode = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined
  return String((error as Error & { code?: unknown }).code)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * What went wrong, as hosts know it: the file, the remedy, and that nothing was written. SQLite's own messages name tables and columns
 * but no values, so they may be shown.
 */
export const storageError = (error: unknown, file: string): FlorinError => {
  if (isFlorinError(error)) return error
  const code = sqliteCode(error)
  const message = messageOf(error)
  const details = code === undefined ? { file } : { file, sqlite: code }
  const meaning = MEANINGS.find(([prefix]) => code?.startsWith(prefix))?.[1]
  if (meaning !== undefined) {
    return new FlorinError(meaning.code, meaning.says(file, message), { details, cause: error })
  }
  if (message.startsWith('no such table')) {
    const says = `${file} lacks tables of Florin's (${message}): call migrate() before anything else`
    return new FlorinError('configuration', says, { details, cause: error })
  }
  return new FlorinError('internal', `SQLite: ${message}; please report it; nothing was written`, {
    details,
    cause: error,
  })
}
