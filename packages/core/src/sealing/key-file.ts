import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FlorinError, type Random } from '../kernel/index.ts'
import type { MasterKey } from './derive.ts'

/** What a key file holds. The newest master key is the last. */
export interface KeyRing {
  readonly keys: readonly MasterKey[]
  /** Blind indexes are under this one, which rotation leaves alone. */
  readonly index: MasterKey
}

const VERSION = 1
const OTHERS = 0o007
const GROUP_WRITES = 0o020

/** The file's keys; undefined when there is no file. Rejects with `configuration` on any file that is not fit to use. */
export const readKeyFile = async (file: string): Promise<KeyRing | undefined> => {
  let text: string
  try {
    const info = await stat(file)
    if (!info.isFile()) throw unfit(file, 'is not a regular file', 'give the path of a file')
    const mode = info.mode & 0o777
    if (process.platform !== 'win32' && (mode & (OTHERS | GROUP_WRITES)) !== 0) {
      const open = `is open to other users (mode ${mode.toString(8).padStart(4, '0')})`
      throw unfit(file, open, `run chmod 600 on it, and consider its keys known`)
    }
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw codeOf(error) === undefined
      ? error
      : unfit(file, `cannot be read (${codeOf(error)})`, 'check its owner and path')
  }
  return parse(file, text)
}

/**
 * Makes the file unless another process was first, and gives what it holds now. The content is complete before it has its name, so
 * nobody ever reads half a file.
 */
export const createKeyFile = async (file: string, ring: KeyRing, random: Random): Promise<KeyRing> => {
  await writing(file, () => mkdir(dirname(file), { recursive: true, mode: 0o700 }))
  const temporary = await writeBeside(file, ring, random)
  try {
    await link(temporary, file) // unlike rename it fails where a file is already
    await syncFolder(file)
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'EEXIST') throw unfit(file, `cannot be made (${code})`, 'choose a file system that has hard links')
  } finally {
    await unlink(temporary)
  }
  const made = await readKeyFile(file)
  if (made === undefined) throw unfit(file, 'vanished while it was being made', 'find out what removes it')
  return made
}

/** Replaces the file's content in one step. One process at a time: a lost update would lose a key that may be in use already. */
export const updateKeyFile = async (
  file: string,
  change: (ring: KeyRing) => KeyRing,
  random: Random,
): Promise<void> => {
  const lock = `${file}.lock`
  try {
    await (await open(lock, 'wx', 0o600)).close()
  } catch (error) {
    throw new FlorinError(
      'conflict',
      `the key file ${file} is being changed by another process: try again; if none is, remove ${lock}`,
      { cause: error },
    )
  }
  try {
    const ring = await readKeyFile(file)
    if (ring === undefined) throw unfit(file, 'is gone', 'restore it from a backup')
    const temporary = await writeBeside(file, change(ring), random)
    await writing(file, () => rename(temporary, file), temporary)
    await syncFolder(file)
  } finally {
    await unlink(lock)
  }
}

/** The keys in a file of their own, complete and on disk. */
const writeBeside = async (file: string, ring: KeyRing, random: Random): Promise<string> => {
  const path = `${file}.${Buffer.from(random.bytes(8)).toString('hex')}.new`
  const handle = await writing(file, () => open(path, 'wx', 0o600))
  const fill = async () => {
    try {
      await handle.writeFile(format(ring))
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  await writing(file, fill, path)
  return path
}

/** Runs one step of writing; where it fails, removes the `temporary` file and says which key file is meant. */
const writing = async <T>(file: string, step: () => Promise<T>, temporary?: string): Promise<T> => {
  try {
    return await step()
  } catch (error) {
    if (temporary !== undefined) await unlink(temporary).catch(() => {})
    throw unfit(file, `cannot be written (${codeOf(error)})`, 'choose a folder that can be written to and is not full')
  }
}

/** Makes the new name durable, where the system can (Windows cannot open folders). */
const syncFolder = async (file: string): Promise<void> => {
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const format = ({ keys, index }: KeyRing): string => {
  const plain = ({ id, key, createdAt }: MasterKey) => ({ id, key: Buffer.from(key).toString('base64'), createdAt })
  const about = 'Florin master keys. Whoever has this file can read what it sealed; without it nobody can. Back it up.'
  return `${JSON.stringify({ about, version: VERSION, keys: keys.map(plain), index: plain(index) }, null, 2)}\n`
}

const parse = (file: string, text: string): KeyRing => {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // Without the cause: an engine's message quotes the text, which is keys.
    throw unfit(file, text === '' ? 'is empty' : 'is not complete JSON', 'restore it from a backup')
  }
  const { version, keys, index } = (content ?? {}) as Readonly<Record<string, unknown>>
  if (version !== VERSION)
    throw unfit(file, `has a version other than ${VERSION}`, 'use the Florin that wrote it, or restore it')
  if (!Array.isArray(keys) || keys.length === 0) throw unfit(file, 'holds no keys', 'restore it from a backup')
  const ring = {
    keys: keys.map((key, at) => masterKey(file, `keys[${at}]`, key)),
    index: masterKey(file, 'index', index),
  }
  if (new Set(ring.keys.map((key) => key.id)).size !== keys.length) {
    throw unfit(file, 'holds two keys of one id', 'restore it from a backup')
  }
  return ring
}

const masterKey = (file: string, where: string, value: unknown): MasterKey => {
  const { id, key, createdAt } = (value ?? {}) as Readonly<Record<string, unknown>>
  const bytes = typeof key === 'string' && /^[A-Za-z0-9+/]{43}=$/.test(key) ? Buffer.from(key, 'base64') : undefined
  if (
    typeof id !== 'string' ||
    !/^[a-z0-9]{1,32}$/.test(id) ||
    bytes === undefined ||
    !Number.isSafeInteger(createdAt)
  ) {
    throw unfit(file, `has a malformed key at ${where}`, 'restore it from a backup')
  }
  return { id, key: new Uint8Array(bytes), createdAt: createdAt as number }
}

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code
  return error instanceof FlorinError || typeof code !== 'string' ? undefined : code
}

const unfit = (file: string, what: string, remedy: string): FlorinError =>
  new FlorinError('configuration', `the key file ${file} ${what}: ${remedy}`, { details: { file } })
