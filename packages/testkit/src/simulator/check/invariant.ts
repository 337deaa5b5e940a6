import type { Evidence } from './evidence.ts'

/** Something that must hold. `check` is pure; each text names one thing that does not hold. */
export interface Invariant {
  /** Its number in the list that the simulator answers for. */
  readonly number: number
  readonly name: string
  /** `always`: at every moment. `healed`: once all faults are over and nothing is on its way. */
  readonly when: 'always' | 'healed'
  readonly check: (evidence: Evidence) => readonly string[]
}
