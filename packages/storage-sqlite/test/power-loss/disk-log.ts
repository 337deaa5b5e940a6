/** Something that was done to the files of a folder. A path is within it, and empty for the folder itself. */
export type DiskCall =
  | { readonly kind: 'created' | 'removed' | 'synced'; readonly path: string }
  | { readonly kind: 'written'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncated'; readonly path: string; readonly size: number }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }

const HEAD_BYTES = 24 // kind, length of the path, offset or size, length of the bytes: see record-disk.c
const KINDS = [undefined, 'created', 'written', 'truncated', 'removed', 'renamed', 'synced'] as const

const callOf = (kind: number, path: string, at: number, bytes: Buffer): DiskCall => {
  const name = KINDS[kind]
  if (name === undefined) throw new Error(`the log of the disk has a record of the unknown kind ${kind}`)
  if (name === 'written') return { kind: name, path, at, bytes }
  if (name === 'truncated') return { kind: name, path, size: at }
  if (name === 'renamed') return { kind: name, path, to: bytes.toString() }
  return { kind: name, path }
}

/** Reads the log that record-disk.c wrote, in order. Its writer may have been killed: a record without its end is left out. */
export const readDiskLog = (log: Buffer): readonly DiskCall[] => {
  const calls: DiskCall[] = []
  for (let from = 0; from + HEAD_BYTES <= log.length; ) {
    const pathEnd = from + HEAD_BYTES + log.readUInt32LE(from + 4)
    const end = pathEnd + Number(log.readBigUInt64LE(from + 16))
    if (end > log.length) break
    const path = log.toString('utf8', from + HEAD_BYTES, pathEnd)
    const at = Number(log.readBigUInt64LE(from + 8))
    calls.push(callOf(log.readUInt32LE(from), path, at, log.subarray(pathEnd, end)))
    from = end
  }
  return calls
}
