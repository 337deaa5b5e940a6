import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { FlorinError } from '@florin/core/storage'
import Database from 'better-sqlite3'
import { storageError } from './errors.ts'
import { checkIntegrity } from './integrity.ts'
import { checkNodeVersion } from './node-version.ts'
import type { ResolvedOptions } from './options.ts'

/** 'FLRN': marks a file as ours, so that nobody's else is written to. https://sqlite.org/pragma.html#pragma_application_id */
const APPLICATION_ID = 0x464c524e
const FULL = 2
const LOG_LIMIT = 64 * 1024 * 1024 // bytes of log kept on the disk after a burst, e.g. of writes during a long backup

const unavailable = (message: string, file: string): never => {
  throw new FlorinError('storage_unavailable', message, { details: { file } })
}

const checkWritable = (path: string, file: string): void => {
  try {
    accessSync(path, constants.W_OK)
  } catch {
    unavailable(
      `${path} cannot be written, so ${file} cannot be used: give this process's user write permission for it`,
      file,
    )
  }
}

/** Before SQLite touches anything: beside a file that it may only read it leaves a log that stays read-only. */
const checkPlace = (file: string): void => {
  const folder = dirname(file)
  if (!existsSync(folder))
    unavailable(`the folder ${folder} of the database ${file} does not exist: make it first`, file)
  if (!statSync(folder).isDirectory()) unavailable(`${folder} is not a folder, so ${file} cannot be in it`, file)
  if (existsSync(file) && statSync(file).isDirectory()) unavailable(`${file} is a folder: name a file in it`, file)
  checkWritable(folder, file) // for the -wal and -shm files, which come and go beside it
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) checkWritable(path, file)
}

/** Refuses another application's file before anything is written to it. */
const checkOwner = (db: Database.Database, file: string): void => {
  const owner = db.pragma('application_id', { simple: true })
  if (owner === APPLICATION_ID) return
  const tables = db.prepare('select count(*) from sqlite_schema').pluck().get()
  if (owner === 0 && tables === 0) return
  throw new FlorinError('configuration', `${file} belongs to another application: give Florin a file of its own`, {
    details: { file },
  })
}

const configure = (db: Database.Database, { file, memory }: ResolvedOptions): void => {
  const mode = db.pragma('journal_mode = wal', { simple: true })
  if (mode !== 'wal' && !memory) {
    unavailable(
      `${file} is on a file system without shared memory (journal mode stays '${String(mode)}'): use a local disk`,
      file,
    )
  }
  db.pragma('synchronous = full') // a commit is on the disk when it returns; must be set by hand, see assertDurable
  db.pragma('foreign_keys = on')
  db.pragma('recursive_triggers = on') // without it `insert or replace` deletes rows behind the triggers' back
  db.pragma('trusted_schema = off') // a tampered schema cannot call functions
  db.pragma('temp_store = memory')
  // Page cache (16 MB) and mmap (none) stay as the driver has them: with 320,000 payments in 1.6 GB a cache of 64 MB and a mapped file
  // changed nothing, and a payment cost what it did with 40,000.
  // Left as SQLite has it: 1,000 pages (4 MB) of log between checkpoints. Measured from 1,000 to 16,000, and with pages of 8 and 16 kB:
  // no gain beyond noise, while a longer log makes the stall of a checkpoint, and recovery, longer.
  db.pragma('wal_autocheckpoint = 1000')
  db.pragma(`journal_size_limit = ${LOG_LIMIT}`)
}

/**
 * The driver's build makes `synchronous` NORMAL in WAL mode, and shows FULL until the first write unless it was set by hand. A commit
 * under NORMAL can be lost by a power cut, so every connection writes once and then looks.
 */
const assertDurable = (db: Database.Database, file: string): void => {
  db.exec(`begin immediate; pragma application_id = ${APPLICATION_ID}; commit`)
  const level = db.pragma('synchronous', { simple: true })
  if (level === FULL) return
  throw new FlorinError(
    'internal',
    `SQLite would not make commits durable (synchronous is ${String(level)}) in ${file}`,
    {
      details: { file },
    },
  )
}

/**
 * Opens the file, checks that it is whole and ours, and sets it up so that a commit that returned survives a power cut.
 * @throws FlorinError `storage_unavailable`, `storage_corrupt` or `configuration`, naming the file and the remedy.
 */
export const connect = (options: ResolvedOptions): Database.Database => {
  checkNodeVersion(process.versions.node)
  const { file, memory, busyTimeoutMs, integrityCheck } = options
  if (!memory) checkPlace(file)
  let db: Database.Database | undefined
  try {
    db = new Database(file, { timeout: busyTimeoutMs })
    checkOwner(db, file)
    configure(db, options)
    if (integrityCheck !== 'none') checkIntegrity(db, file, integrityCheck)
    assertDurable(db, file)
    return db
  } catch (error) {
    db?.close()
    throw storageError(error, file)
  }
}
