import type { Dice } from '../engine/dice.ts'
import type { FaultKindName } from '../plan/fault-kinds.ts'
import type { FaultSpec } from '../plan/plan.ts'

/** Says which fault strikes a call, and counts how often each kind did. */
export interface Weather {
  /** The first of the active faults of these kinds that strikes here and now. */
  strikes<K extends FaultKindName>(kinds: readonly K[], where: string): K | undefined
  /** One struck by other means. */
  struck(kind: FaultKindName): void
  /** From now on nothing goes wrong. */
  clear(): void
  readonly counts: ReadonlyMap<FaultKindName, number>
}

export const createWeather = (faults: readonly FaultSpec[], sinceStart: () => number, dice: Dice): Weather => {
  const counts = new Map<FaultKindName, number>()
  const byKind = new Map<FaultKindName, FaultSpec[]>()
  for (const fault of faults) byKind.set(fault.kind, [...(byKind.get(fault.kind) ?? []), fault])
  let over = false
  const struck = (kind: FaultKindName): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const active = (fault: FaultSpec, at: number, where: string): boolean =>
    fault.from <= at && at < fault.to && (fault.where === null || fault.where === where)
  return {
    counts,
    struck,
    clear() {
      over = true
    },
    strikes(kinds, where) {
      if (over) return undefined
      const at = sinceStart()
      for (const kind of kinds) {
        for (const fault of byKind.get(kind) ?? []) {
          if (!active(fault, at, where) || !dice.chance(fault.percent)) continue
          struck(kind)
          return kind
        }
      }
      return undefined
    },
  }
}
