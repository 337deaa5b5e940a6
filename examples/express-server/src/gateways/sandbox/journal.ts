import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, truncateSync, writeSync } from 'node:fs'
import { FlorinError, isFlorinError } from '@florin/core'
import type { GatewayRequest } from '@florin/core/gateways'

/** Something that was done to the sandbox acquirer from outside. Replayed in order, the same things make the same acquirer. */
export type JournalEntry =
  | { readonly do: 'begin'; readonly seed: string }
  | { readonly do: 'request'; readonly at: number; readonly as: string; readonly request: GatewayRequest }
  | { readonly do: 'challenge'; readonly at: number; readonly charge: string; readonly result: 'pass' | 'fail' }

/** An append-only file of entries. */
export interface Journal {
  /** What was in it when it was opened; the first is `begin`. */
  readonly entries: readonly JournalEntry[]
  /** Why it starts empty though there was a file; null otherwise. */
  readonly notice: string | null
  append(entry: JournalEntry): void
  close(): void
}

const MOST_BYTES = 64 * 1024 * 1024 // some 80,000 requests, replayed in two or three seconds

const begin = (): JournalEntry => ({ do: 'begin', seed: randomBytes(16).toString('hex') })

/** A journal in which nothing is kept. */
export const noJournal = (): Journal => ({ entries: [begin()], notice: null, append: () => {}, close: () => {} })

const parse = (file: string, lines: readonly string[]): JournalEntry[] =>
  lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalEntry
    } catch (cause) {
      throw new FlorinError(
        'configuration',
        `the sandbox's journal ${file} is damaged in line ${index + 1}: restore it, or delete it, and the sandbox forgets its charges`,
        { cause },
      )
    }
  })

/** A killed process leaves at most one unfinished line, of a request that nobody got an answer to: it did not happen. */
const readEntries = (file: string): JournalEntry[] => {
  const text = readFileSync(file, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) truncateSync(file, Buffer.byteLength(text.slice(0, end)))
  return end === 0 ? [] : parse(file, text.slice(0, end - 1).split('\n'))
}

const setAside = (file: string): string => {
  renameSync(file, `${file}.old`)
  return `the sandbox's journal had grown too large and is now ${file}.old: charges made before can no longer be captured or refunded`
}

const openFile = (file: string): Journal => {
  const exists = existsSync(file)
  const notice = exists && statSync(file).size > MOST_BYTES ? setAside(file) : null
  const entries = exists && notice === null ? readEntries(file) : []
  const handle = openSync(file, 'a', 0o600)
  const append = (entry: JournalEntry): void => void writeSync(handle, `${JSON.stringify(entry)}\n`)
  if (entries.length === 0) {
    entries.push(begin())
    for (const entry of entries) append(entry)
  }
  return { entries, notice, append, close: () => closeSync(handle) }
}

/**
 * Opens, or makes, the file. It outlives a killed process, not a power cut: it is a sandbox's. Throws `configuration` for a file that
 * is damaged, or that this process may not use.
 */
export const openJournal = (file: string): Journal => {
  try {
    return openFile(file)
  } catch (cause) {
    if (isFlorinError(cause)) throw cause
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new FlorinError(
      'configuration',
      `the sandbox's journal ${file} cannot be used (${reason}): check its owner and permissions`,
      { cause },
    )
  }
}
