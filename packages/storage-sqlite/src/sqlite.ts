import { connect } from './connection.ts'
import { storageOn } from './on-session.ts'
import { resolveOptions, type SqliteOptions } from './options.ts'
import { Session } from './session.ts'
import type { SqliteStorage } from './sqlite-storage.ts'

/**
 * Florin's embedded storage: everything in one file, each commit on the disk (one fsync) before it returns. Several processes may use
 * one file on a local disk; their commits take turns. Opens the file at once; `createFlorin` calls `migrate()`.
 *
 * @throws FlorinError `configuration` for wrong options, a file of another application or a Node that is too old;
 * `storage_unavailable` for a missing folder, a read-only or locked file; `storage_corrupt` for a damaged one.
 * @example
 * const storage = sqlite('./florin.db')
 */
export const sqlite = (options: string | SqliteOptions): SqliteStorage => {
  const resolved = resolveOptions(options)
  return storageOn(new Session(connect(resolved), resolved.file), resolved)
}
