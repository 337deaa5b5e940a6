import { SAME_RUN } from '../check/all.ts'
import { type SimulateOptions, simulate } from '../simulate.ts'
import { PLANTED, type Planted } from './planted.ts'

/** The name of an invariant that has a planted bug: all of them. */
export type PlantedName = keyof typeof PLANTED

/** Plants the bug of an invariant, and gives how many seeds it took until that very invariant noticed; null: more than its bound. */
export const seedsUntilFound = async (
  name: PlantedName,
  options: Pick<SimulateOptions, 'payments'> = {},
): Promise<number | null> => {
  const planted: Planted = PLANTED[name]
  const { seeds, from = 1, step = 1 } = planted.within
  const twiceEvery = name === SAME_RUN.name ? 1 : 0
  for (let tried = 1; tried <= seeds; tried += 1) {
    const seed = from + (tried - 1) * step
    const { failures } = await simulate({ ...options, seeds: 1, from: seed, sabotage: planted, twiceEvery })
    if (failures.some(({ violations }) => violations.some(({ invariant }) => invariant === name))) return tried
  }
  return null
}
