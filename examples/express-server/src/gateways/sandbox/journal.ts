import { randomBytes } from 'node:crypto'
import type { GatewayRequest } from '@florin/core/gateways'
import { type Journal, openJournal } from '@florin/testkit'

/** Something that was done to the sandbox acquirer from outside. Replayed in order, the same things make the same acquirer. */
export type JournalEntry =
  | { readonly do: 'begin'; readonly seed: string }
  | { readonly do: 'request'; readonly at: number; readonly as: string; readonly request: GatewayRequest }
  | { readonly do: 'challenge'; readonly at: number; readonly charge: string; readonly result: 'pass' | 'fail' }

/** The sandbox's journal; its first entry is `begin`. */
export type SandboxJournal = Journal<JournalEntry>

const begin = (): JournalEntry => ({ do: 'begin', seed: randomBytes(16).toString('hex') })

/** A journal in which nothing is kept. */
export const noJournal = (): SandboxJournal => ({
  entries: [begin()],
  notice: null,
  append: () => {},
  close: () => {},
})

/** Opens, or makes, the file. Throws `configuration` for a file that is damaged, or that this process may not use. */
export const openSandboxJournal = (file: string): SandboxJournal =>
  openJournal<JournalEntry>(file, { whose: "the sandbox's", begin })
