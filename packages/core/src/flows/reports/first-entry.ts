import { type AccountRow, entries } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'

const APART_MS = 86_400_000 // further apart no two servers' clocks are taken to be

/**
 * The number of an account's first entry that was recorded at an instant or later; one more than its newest where there is none. Entries
 * are in the order in which they took effect, and their instants nearly so: servers' clocks differ. So a place a day earlier is looked for
 * by halves, and the first one is looked for from there.
 */
export const firstFrom = async (context: FlowContext, row: AccountRow, instant: number): Promise<number> => {
  const { merchant, account, version: newest } = row
  const before = await lastWellBefore(context, row, instant - APART_MS)
  if (before === newest) return newest + 1
  const rest = { index: 'key', equals: { merchant, account }, from: before + 1, to: newest } as const
  for await (const page of context.storage.scan(entries, rest)) {
    for (const { version, at } of page) if (at >= instant) return version
  }
  return newest + 1
}

/** An entry that was recorded before an instant, with the one after it not; 0 where the first was not. */
const lastWellBefore = async (context: FlowContext, row: AccountRow, instant: number): Promise<number> => {
  const { merchant, account, version: newest } = row
  let [low, high] = [0, newest + 1]
  while (high - low > 1) {
    const version = Math.floor((low + high) / 2)
    const [entry] = await context.storage.load(entries, [{ merchant, account, version }])
    if (entry !== undefined && entry.at < instant) low = version
    else high = version
  }
  return low
}
