import type { TimelineView } from '@florin/core'
import { describe, expect, it } from 'vitest'
import { createDice } from '../faults/dice.ts'
import { STORY } from './acts.ts'
import { runOutages } from './run.ts'

interface Telling {
  tell(entry: TimelineView['entries'][number]): { what: string; where?: string; detail?: string }
}

/** A timeline as the shop's page words it. */
const wordsOf = async ({ entries }: TimelineView): Promise<string> => {
  const { tell } = (await import(new URL('../../public/tell.js', import.meta.url).href)) as Telling
  return entries
    .map(tell)
    .map(({ what, where, detail }) => [what, where, detail].filter(Boolean).join(' · '))
    .join('\n')
}

const CALLER_DEADLINE_MS = 10_000
const OVERHEAD_MS = 2_000 // of a machine that runs other tests beside

describe('a shop between two providers', () => {
  it('keeps selling whichever of them stops, hangs or resets, and both books agree with its ledger', {
    timeout: 300_000,
  }, async () => {
    const run = { acts: STORY, orders: 4, atOnce: 4, dice: createDice(4), afterMs: 1_000 }
    const { problems, acts, failovers, stories } = await runOutages(run, () => {})
    expect(problems).toEqual([])

    for (const { name, wanted, sold, longestMs } of acts) {
      if (!name.startsWith('both')) expect({ name, sold }).toEqual({ name, sold: wanted })
      expect(longestMs).toBeLessThan(CALLER_DEADLINE_MS + OVERHEAD_MS)
    }
    expect(Object.keys(failovers).sort()).toEqual(['not_sent', 'parked', 'unknown'])

    const { unknown, parked } = stories
    if (unknown === undefined || parked === undefined) throw new Error('nothing went on elsewhere')
    const gaveUp =
      /(Stripe|Adyen) gave no clear answer, so (Stripe|Adyen) is asked\. What may have been reserved is taken back/
    expect(await wordsOf(unknown)).toMatch(gaveUp)
    expect(await wordsOf(parked)).toContain('No gateway can be asked: it waits · Nothing was charged anywhere.')
  })
})
