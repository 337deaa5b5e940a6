import type { Gateway } from '@florin/core/gateways'
import type { Storage } from '@florin/core/storage'
import type { Dice } from '../engine/dice.ts'

/** What a planted bug may lean on. */
export interface SabotageWorld {
  readonly dice: Dice
  readonly now: () => number
  readonly after: (ms: number, task: () => void) => void
}

/** A planted bug: defects in what surrounds Florin, or between Florin and it, that stand for bugs of Florin's own. */
export interface Sabotage {
  /** Around the storage of every server. */
  readonly storage?: (inner: Storage, world: SabotageWorld) => Storage
  /** Around every gateway that Florin gets. */
  readonly gateway?: (inner: Gateway, world: SabotageWorld) => Gateway
}
