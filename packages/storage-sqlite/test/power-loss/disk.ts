import { Content } from './content.ts'
import type { DiskCall } from './disk-log.ts'

/** The files of a folder, by name. */
export type Files = ReadonlyMap<string, Uint8Array>

/** A change of a file's bytes that a disk does whole or not at all: a sector of a write, or a new size. */
export type Piece =
  | { readonly at: number; readonly bytes: Buffer; readonly size?: never }
  | { readonly size: number; readonly at?: never; readonly bytes?: never }

/** What a power cut keeps of the pieces that a file got since its last sync, and in which order. */
export type Keep = (pieces: readonly Piece[]) => readonly Piece[]

interface File {
  /** What is on the disk for certain. */
  readonly durable: Content
  /** What came since the last sync of this file. */
  readonly since: DiskCall[]
}

const SECTOR = 512 // bytes that a disk writes whole; the smallest that disks have

const sectorsOf = (at: number, bytes: Buffer): Piece[] => {
  const pieces: Piece[] = []
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + SECTOR - ((at + from) % SECTOR))
    pieces.push({ at: at + from, bytes: bytes.subarray(from, to) })
    from = to
  }
  return pieces
}

const piecesOf = (call: DiskCall): Piece[] => {
  if (call.kind === 'written') return sectorsOf(call.at, call.bytes)
  return call.kind === 'truncated' ? [{ size: call.size }] : []
}

const apply = (content: Content, pieces: readonly Piece[]): void => {
  for (const { at, bytes, size } of pieces) {
    if (bytes !== undefined) content.write(at, bytes)
    else content.resize(size)
  }
}

/**
 * A folder on a disk that keeps no more promises than POSIX makes: the bytes of a file are safe once the file is synced, and its name
 * once the folder is. Everything else may be there after a power cut, or not, or in part, in any order.
 */
export class Disk {
  readonly #durableNames: Map<string, File>
  readonly #names: Map<string, File>
  #namesSince: ((names: Map<string, File>) => void)[] = []

  constructor(files: Files) {
    this.#durableNames = new Map([...files].map(([name, bytes]) => [name, { durable: new Content(bytes), since: [] }]))
    this.#names = new Map(this.#durableNames)
  }

  #rename(change: (names: Map<string, File>) => void): void {
    change(this.#names)
    this.#namesSince.push(change)
  }

  #fileOf(path: string): File {
    const file = this.#names.get(path)
    if (file === undefined) throw new Error(`the log of the disk has a call on '${path}', which nobody made`)
    return file
  }

  #sync(path: string): void {
    if (path === '') {
      for (const change of this.#namesSince.splice(0)) change(this.#durableNames)
      return
    }
    const { durable, since } = this.#fileOf(path)
    for (const call of since.splice(0)) apply(durable, piecesOf(call))
  }

  /** Does what was done. */
  do(call: DiskCall): void {
    const { kind, path } = call
    if (kind === 'created') {
      const file = { durable: new Content(), since: [] }
      this.#rename((names) => void names.set(path, file))
    } else if (kind === 'removed') this.#rename((names) => void names.delete(path))
    else if (kind === 'renamed') {
      const file = this.#fileOf(path)
      this.#rename((names) => {
        names.delete(path)
        names.set(call.to, file)
      })
    } else if (kind === 'synced') this.#sync(path)
    else this.#fileOf(path).since.push(call)
  }

  /**
   * The power is cut: what the files are when it is back. `keepNames` is how many changes of names since the last sync of the folder were
   * kept, given how many there were. The disk is not to be used any more.
   */
  cut(keep: Keep, keepNames: (changes: number) => number): Files {
    for (const change of this.#namesSince.slice(0, keepNames(this.#namesSince.length))) change(this.#durableNames)
    return new Map(
      [...this.#durableNames].map(([name, { durable, since }]) => {
        apply(durable, keep(since.flatMap(piecesOf)))
        return [name, durable.bytes()]
      }),
    )
  }
}

/** As if the power had never been cut: everything is kept. */
export const keepAll = { keep: (pieces: readonly Piece[]) => pieces, names: (changes: number) => changes }
