import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, truncateSync, writeSync } from 'node:fs'
import { FlorinError, isFlorinError } from '@florin/core'

/** An append-only file of entries, one JSON object a line. */
export interface Journal<Entry> {
  /** What was in it when it was opened. */
  readonly entries: readonly Entry[]
  /** Why it starts empty though there was a file; null otherwise. */
  readonly notice: string | null
  append(entry: Entry): void
  close(): void
}

/** Whose journal it is, in words for errors, and how it begins. */
export interface JournalKind<Entry> {
  /** At the beginning of an error: `the sandbox's`. */
  readonly whose: string
  /** What a new file begins with. */
  begin(): Entry
}

const MOST_BYTES = 64 * 1024 * 1024 // some 80,000 requests, replayed in two or three seconds

const parse = <Entry>(file: string, whose: string, lines: readonly string[]): Entry[] =>
  lines.map((line, index) => {
    try {
      return JSON.parse(line) as Entry
    } catch (cause) {
      throw new FlorinError(
        'configuration',
        `${whose} journal ${file} is damaged in line ${index + 1}: restore it, or delete it, and its charges are forgotten`,
        { cause },
      )
    }
  })

/** A killed process leaves at most one unfinished line, of a request that nobody got an answer to: it did not happen. */
const readEntries = <Entry>(file: string, whose: string): Entry[] => {
  const text = readFileSync(file, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, end)))
  return end === 0 ? [] : parse(file, whose, text.slice(0, end - 1).split('\n'))
}

const setAside = (file: string, whose: string): string => {
  renameSync(file, `${file}.old`)
  return `${whose} journal had grown too large and is now ${file}.old: charges made before can no longer be captured or refunded`
}

const openFile = <Entry>(file: string, { whose, begin }: JournalKind<Entry>): Journal<Entry> => {
  const exists = existsSync(file)
  const notice = exists && statSync(file).size > MOST_BYTES ? setAside(file, whose) : null
  const entries = exists && notice === null ? readEntries<Entry>(file, whose) : []
  const handle = openSync(file, 'a', 0o600)
  const append = (entry: Entry): void => void writeSync(handle, `${JSON.stringify(entry)}\n`)
  if (entries.length === 0) {
    entries.push(begin())
    for (const entry of entries) append(entry)
  }
  return { entries, notice, append, close: () => closeSync(handle) }
}

/**
 * Opens, or makes, the file: what stands in it outlives a killed process, though not a power cut. For doubles of providers, never for money. One
 * process at a time may have it open, which is the caller's to see to. A file of more than 64 MB is set aside. Throws `configuration` for a file
 * that is damaged, or that this process may not use.
 */
export const openJournal = <Entry>(file: string, kind: JournalKind<Entry>): Journal<Entry> => {
  try {
    return openFile(file, kind)
  } catch (cause) {
    if (isFlorinError(cause)) throw cause
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const message = `${kind.whose} journal ${file} cannot be used (${reason}): check its owner and permissions`
    throw new FlorinError('configuration', message, { cause })
  }
}
