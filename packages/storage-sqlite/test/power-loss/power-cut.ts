import type { Dice } from './dice.ts'
import type { Keep } from './disk.ts'

/** How a power cut may leave what was not synced. */
export const WAYS = ['nothing', 'everything', 'the first', 'some'] as const
export type Way = (typeof WAYS)[number]

/** Sectors in any order: an older one may then win over a newer one, as when the newer never left the cache. */
const some = (dice: Dice): Keep => {
  const inTen = 1 + dice.below(9)
  return (pieces) => dice.shuffle(pieces.filter(() => dice.below(10) < inTen))
}

/** Decides by dice what one power cut keeps, sector by sector. */
export const powerCut = (
  dice: Dice,
): { readonly way: Way; readonly keep: Keep; readonly names: (n: number) => number } => {
  const way = WAYS[dice.below(WAYS.length)] as Way
  const keep: Record<Way, Keep> = {
    nothing: () => [],
    everything: (pieces) => pieces,
    'the first': (pieces) => pieces.slice(0, dice.below(pieces.length + 1)),
    some: some(dice),
  }
  const names: Record<Way, (changes: number) => number> = {
    nothing: () => 0,
    everything: (changes) => changes,
    'the first': (changes) => dice.below(changes + 1),
    some: (changes) => dice.below(changes + 1),
  }
  return { way, keep: keep[way], names: names[way] }
}
