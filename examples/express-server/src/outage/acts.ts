import type { Trouble } from '@florin/testkit'
import type { Dice } from '../faults/dice.ts'
import type { Endpoint } from './endpoint.ts'

/** One outage: who is asked first, what becomes of whom. */
export interface Act {
  readonly first: Endpoint['name']
  /** `kill` is `kill -9` of the process, which comes back with its books. */
  readonly trouble: Exclude<Trouble, 'none'> | 'kill'
  readonly of: 'first' | 'second' | 'both'
}

/** What CI plays: each way that issue and guide name, at each provider, and at last both away. */
export const STORY: readonly Act[] = [
  { first: 'stripe', trouble: 'hang', of: 'first' },
  { first: 'adyen', trouble: 'hang', of: 'first' },
  { first: 'stripe', trouble: 'reset_after', of: 'first' },
  { first: 'adyen', trouble: 'reset_after', of: 'first' },
  { first: 'stripe', trouble: 'kill', of: 'first' },
  { first: 'adyen', trouble: 'kill', of: 'first' },
  { first: 'stripe', trouble: 'refuse', of: 'both' },
]

const TROUBLES = [
  'kill',
  'refuse',
  'hang',
  'reset_before',
  'reset_after',
  'silent_after',
  'error_before',
  'error_after',
  'slow',
] as const satisfies readonly Act['trouble'][]

/** As many acts as wanted, drawn by lot: of both only what leaves certain that nothing happened, or nobody could sell. */
export const drawActs = (dice: Dice, count: number): readonly Act[] =>
  Array.from({ length: count }, (): Act => {
    const first = dice.oneIn(2) ? 'stripe' : 'adyen'
    if (dice.oneIn(6)) return { first, trouble: 'refuse', of: 'both' }
    return { first, trouble: dice.pick(TROUBLES), of: dice.oneIn(4) ? 'second' : 'first' }
  })

/** In words, for a report. */
export const nameOf = ({ first, trouble, of }: Act): string =>
  of === 'both' ? `both: ${trouble}` : `${first} first; the ${of}: ${trouble}`
