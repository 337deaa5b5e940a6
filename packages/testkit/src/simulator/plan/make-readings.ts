import type { Dice } from '../engine/dice.ts'
import type { MistakeSpec, ReadingSpec } from './plan.ts'

const PIECES = [
  [0, 100],
  [0, 100],
  [0, 60],
  [40, 100],
  [30, 70],
] as const

const readingOf = (dice: Dice, untilMs: number): ReadingSpec => {
  const at = dice.below(untilMs)
  const of = dice.chance(30) ? 'banks' : 'gateways'
  const [from, to] = dice.pick(PIECES)
  const after = dice.pick(['nothing', 'nothing', 'sweep', 'look_again'] as const)
  return { at, of, closes: dice.chance(60), from, to, copies: dice.chance(30) ? 2 : 1, after }
}

/** What operators read while the workload runs: early, in pieces that overlap, twice, several at once. */
export const readingsOf = (dice: Dice, untilMs: number): readonly ReadingSpec[] =>
  Array.from({ length: dice.between(1, 5) }, () => readingOf(dice, untilMs))

/** What the gateways get wrong in their files: nothing in some worlds. */
export const mistakesOf = (dice: Dice): readonly MistakeSpec[] =>
  Array.from({ length: dice.pick([0, 0, 1, 2, 3]) }, () => ({
    kind: dice.pick(['amount_off', 'unknown', 'doubled', 'payout_off'] as const),
    skip: dice.below(4),
  }))
