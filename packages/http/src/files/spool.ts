import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file that came in, on disk, for as long as it is worked on. */
export interface Spooled {
  readonly bytes: number
  /** Reads it from its beginning; as often as one likes, one after the other. */
  open(): AsyncIterable<Uint8Array>
  /** Gives the disk back. */
  close(): Promise<void>
}

/**
 * Puts what comes in on disk, chunk by chunk: a file is read twice, and is longer than memory. Nobody else can read it, and where the system
 * allows it has no name any more as soon as it is open, so that a crash leaves nothing behind. Rejects as `chunks` does, and leaves nothing.
 */
export const spool = async (chunks: AsyncIterable<Uint8Array>, directory: string): Promise<Spooled> => {
  const path = join(directory, `florin-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  const unnamed = await rm(path).then(
    () => true,
    () => false, // Windows may keep the name of what is open
  )
  const close = async (): Promise<void> => {
    await file.close()
    if (!unnamed) await rm(path, { force: true })
  }
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      await file.appendFile(chunk)
      bytes += chunk.byteLength
    }
  } catch (error) {
    await close()
    throw error
  }
  return { bytes, open: () => file.createReadStream({ start: 0, autoClose: false }), close }
}
