import { diceOf } from './engine/dice.ts'
import { FLOWS, type FlowName, flowPlan } from './plan/flows.ts'
import type { CrashSpec, Plan } from './plan/plan.ts'
import { type RunReport, runPlan } from './run.ts'
import { type SimulateOptions, surroundingsOf } from './simulate.ts'
import { addTo, emptyTotals, type Totals } from './totals.ts'

/** Which crashes to try. */
export interface CrashOptions extends Pick<SimulateOptions, 'gateways' | 'storage' | 'sabotage'> {
  /** Default: every flow. */
  readonly flows?: readonly FlowName[]
  /** The gateways of each run, by name. Default: each of these alone, and two together. */
  readonly sets?: readonly (readonly string[])[]
  /** Of the crashes of a flow, every so manieth. Default: 1, all of them. */
  readonly every?: number
  /** How many pairs of crashes are drawn for each flow and set. Default: 20. */
  readonly pairs?: number
  readonly onRun?: (run: CrashRun) => void
}

/** One flow with one crash, or two. */
export interface CrashRun {
  readonly flow: FlowName
  readonly plan: Plan
  readonly report: RunReport
}

/** What trying crashes came to. */
export interface CrashReport extends Totals {
  /** Crashes that really happened: a flow may be over before the call that was meant. */
  readonly crashes: number
  readonly failures: readonly CrashRun[]
}

const SETS = [['full'], ['two_step'], ['blind'], ['full', 'silent']] as const
const PAIRS = 20
const DOWN_MS = 700

const crashAt = (call: number, moment: CrashSpec['moment'], at = 0): CrashSpec => ({
  at,
  server: 0,
  call,
  moment,
  downMs: DOWN_MS,
})

const callsIn = ({ portCallsInWorkload }: RunReport): number => portCallsInWorkload

/** The plans of a flow: without a crash, with one before and after every call of a port that it makes, and with pairs of them. */
const plansOf = (calm: Plan, calls: number, every: number, pairs: number): readonly Plan[] => {
  const plans: Plan[] = []
  for (let call = 1; call <= calls; call += every) {
    for (const moment of ['before', 'after'] as const) plans.push({ ...calm, crashes: [crashAt(call, moment)] })
  }
  const dice = diceOf(calls).fork('pairs')
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = crashAt(dice.between(1, calls), dice.pick(['before', 'after'] as const))
    const second = crashAt(dice.between(1, calls), dice.pick(['before', 'after'] as const), dice.between(800, 4_000))
    plans.push({ ...calm, seed: pair + 2, crashes: [first, second] })
  }
  return plans
}

/**
 * Lets the server die before and after the effect of every call of a port that each flow makes, each time restarting from committed state
 * only, and then in pairs that are drawn. Every run is healed and judged by all invariants.
 */
export const crashEverywhere = async (options: CrashOptions = {}): Promise<CrashReport> => {
  const { flows = Object.keys(FLOWS) as FlowName[], sets = SETS, every = 1, pairs = PAIRS, onRun } = options
  const surroundings = surroundingsOf(options)
  const totals = emptyTotals()
  const failures: CrashRun[] = []
  for (const flow of flows) {
    for (const set of sets) {
      const calm = flowPlan(flow, set)
      const calls = callsIn(await runPlan(calm, surroundings))
      for (const plan of [calm, ...plansOf(calm, calls, every, pairs)]) {
        const report = await runPlan(plan, surroundings)
        addTo(totals, report)
        const run = { flow, plan, report }
        onRun?.(run)
        if (report.violations.length > 0) failures.push(run)
      }
    }
  }
  return { ...totals, crashes: totals.faults.crash ?? 0, failures }
}
