import type { SettlementPlan } from '../../settlement/index.ts'

/** Who is settled how. */
export interface SettlementSetup {
  /** Configured merchants that have plans: theirs run by themselves. */
  readonly merchants: readonly string[]
  /** Other merchants may come, who have the general plans: they are found by their accounts. */
  readonly others: boolean
  /** A merchant's plans, in order: the first that names an owner settles it. */
  plansOf(merchant: string): readonly SettlementPlan[]
}
