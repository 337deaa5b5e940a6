import type { Dice } from '../engine/dice.ts'
import type { MistakeSpec, ReadingSpec } from './plan.ts'

const WHOLE = [0, 100] as const
const PIECES = [WHOLE, WHOLE, [0, 60], [40, 100], [30, 70]] as const

const readingOf = (dice: Dice, untilMs: number, banks: boolean): ReadingSpec => {
  const at = dice.below(untilMs)
  const of = banks && dice.chance(40) ? 'banks' : 'gateways'
  const [from, to] = banks ? WHOLE : dice.pick(PIECES)
  const after = dice.pick(['nothing', 'nothing', 'sweep', 'look_again'] as const)
  return { at, of, closes: dice.chance(60), from, to, copies: dice.chance(30) ? 2 : 1, after }
}

/**
 * What operators read while the workload runs: early, twice, several at once; in some worlds in pieces that overlap, in others with what the
 * banks say. Not both: that a bank shows a payout of which some lines were read, and some not, is not put right by those that come later.
 */
export const readingsOf = (dice: Dice, untilMs: number): readonly ReadingSpec[] => {
  const banks = dice.chance(40)
  return Array.from({ length: dice.between(1, 5) }, () => readingOf(dice, untilMs, banks))
}

/** What the gateways get wrong in their files: nothing in some worlds. */
export const mistakesOf = (dice: Dice): readonly MistakeSpec[] =>
  Array.from({ length: dice.pick([0, 0, 1, 2, 3]) }, () => ({
    kind: dice.pick(['amount_off', 'unknown', 'doubled', 'payout_off'] as const),
    skip: dice.below(4),
  }))
