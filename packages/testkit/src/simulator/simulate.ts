import type { Storage } from '@florin/core/storage'
import { SAME_RUN, type Violation } from './check/all.ts'
import { makePlan } from './plan/make-plan.ts'
import type { Plan } from './plan/plan.ts'
import { type GatewayKind, MODEL_GATEWAYS } from './providers.ts'
import { type RunReport, runPlan } from './run.ts'
import type { Sabotage } from './sabotage/sabotage.ts'
import { addTo, emptyTotals, type Totals } from './totals.ts'
import type { Surroundings } from './world/simulation.ts'

/** What to simulate. */
export interface SimulateOptions {
  /** How many seeds, from `from` on. */
  readonly seeds: number
  /** Default: 1. */
  readonly from?: number
  /** Payments that a seed begins. Default: 8. */
  readonly payments?: number
  /** What plans choose gateways from. Default: the simulator's own. */
  readonly gateways?: Readonly<Record<string, GatewayKind>>
  /** A fresh storage for each seed; its calls may be real I/O, on which simulated time waits. Default: the memory storage. */
  readonly storage?: () => Storage
  /** A planted bug. */
  readonly sabotage?: Sabotage
  /** Every so manieth seed is run twice, and both runs must be the same. Default: 50; 0: never. */
  readonly twiceEvery?: number
  /** Ends at the first seed that fails. */
  readonly stopAtFirst?: boolean
  /** Hears of every seed. */
  readonly onSeed?: (report: RunReport) => void
}

/** A seed that failed. */
export interface FailedSeed {
  readonly seed: number
  readonly violations: readonly Violation[]
}

/** What a simulation came to. */
export interface SimulationReport extends Totals {
  readonly failures: readonly FailedSeed[]
}

const PAYMENTS = 8
const TWICE_EVERY = 50

/** The plan of a seed, and what it runs in. */
export const planOf = (seed: number, options: Pick<SimulateOptions, 'gateways' | 'payments'>): Plan =>
  makePlan(seed, { gateways: options.gateways ?? MODEL_GATEWAYS, payments: options.payments ?? PAYMENTS })

export const surroundingsOf = ({
  gateways = MODEL_GATEWAYS,
  storage,
  sabotage,
}: Pick<SimulateOptions, 'gateways' | 'storage' | 'sabotage'>): Surroundings => ({
  providers: Object.fromEntries(Object.entries(gateways).map(([name, { provider }]) => [name, provider])),
  storage,
  sabotage,
})

/** Runs one seed; `twice` compares it with a second run of the same plan. One about webhooks is run with two orders of them. */
export const runSeed = async (seed: number, options: SimulateOptions, twice: boolean): Promise<RunReport> => {
  const surroundings = surroundingsOf(options)
  const plan = planOf(seed, options)
  const first = await runPlan(plan, surroundings)
  const told = plan.profile === 'webhooks' ? await inAnyOrder(plan, surroundings, first) : first
  if (!twice) return told
  const second = await runPlan(plan, surroundings)
  const checks = { ...told.checks, [SAME_RUN.name]: 1 }
  if (second.hash === first.hash) return { ...told, checks }
  const what = `the first run's trace has hash ${first.hash}, the second's ${second.hash}`
  return { ...told, checks, violations: [...told.violations, { invariant: SAME_RUN.name, number: 19, what, at: 0 }] }
}

const inAnyOrder = async (plan: Plan, surroundings: Surroundings, first: RunReport): Promise<RunReport> => {
  const other = await runPlan(plan, { ...surroundings, mail: 'any_order' }, first.ends)
  return { ...other, hash: first.hash, violations: [...first.violations, ...other.violations] }
}

/**
 * Runs the whole SDK, several servers of it, in a world of each seed, where everything that can go wrong does, and checks every invariant.
 * Deterministic: the same options give the same report, but for times. While it runs, the real clock, timers and chance of this process
 * throw, so nothing else should be at work in it. What an invariant found is returned, never thrown.
 */
export const simulate = async (options: SimulateOptions): Promise<SimulationReport> => {
  const { seeds, from = 1, twiceEvery = TWICE_EVERY, stopAtFirst = false, onSeed } = options
  const failures: FailedSeed[] = []
  const totals = emptyTotals()
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await runSeed(seed, options, twiceEvery > 0 && (seed - from) % twiceEvery === 0)
    addTo(totals, report)
    onSeed?.(report)
    if (report.violations.length === 0) continue
    failures.push({ seed, violations: report.violations })
    if (stopAtFirst) break
  }
  return { ...totals, failures }
}
