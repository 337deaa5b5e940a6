import { expire } from './cancel.ts'
import type { State } from './state.ts'
import { byItself } from './take-money.ts'

/** When something falls due next; infinitely late where nothing does. */
export const nextDueAt = (state: State): number => {
  for (const charge of state.holds) return Math.min(state.later.nextAt, (charge.captureBefore ?? 0) * 1_000)
  return state.later.nextAt
}

/** Does what has fallen due at `state.now`. */
export const advance = (state: State): void =>
  byItself(state, () => {
    state.later.run(state.now)
    for (const charge of state.holds) {
      if ((charge.captureBefore ?? 0) * 1_000 > state.now) break
      expire(state, charge)
    }
  })

/** Does now what would happen later by itself. Authorisations lapse in their own time. */
export const hasten = (state: State): void => byItself(state, () => state.later.run(Number.POSITIVE_INFINITY))
