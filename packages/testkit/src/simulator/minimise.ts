import type { Plan } from './plan/plan.ts'
import type { RunReport } from './run.ts'

/** A plan that fails as another one does, with as little in it as was found. */
export interface Minimised {
  readonly plan: Plan
  readonly report: RunReport
  /** Plans that were tried. */
  readonly runs: number
}

type Pieces = 'lives' | 'faults' | 'crashes' | 'disturbances' | 'readings' | 'mistakes'
const PIECES: readonly Pieces[] = ['faults', 'crashes', 'disturbances', 'mistakes', 'readings', 'lives']

const without = <T>(items: readonly T[], from: number, count: number): readonly T[] => [
  ...items.slice(0, from),
  ...items.slice(from + count),
]

/** Every plan with a run of `size` pieces of one kind left out. */
const smaller = (plan: Plan, pieces: Pieces, size: number): readonly Plan[] => {
  const plans: Plan[] = []
  for (let from = 0; from < plan[pieces].length; from += size) {
    const rest = without<unknown>(plan[pieces], from, size)
    if (pieces !== 'lives' || rest.length > 0) plans.push({ ...plan, [pieces]: rest } as Plan)
  }
  return plans
}

/** Every plan with one step of one life left out: never the first, which makes the payment, nor a wait, which keeps instants apart. */
const shorter = (plan: Plan): readonly Plan[] =>
  plan.lives.flatMap((life, at) =>
    life.steps.slice(1).flatMap(({ do: what }, step) =>
      what === 'wait'
        ? []
        : {
            ...plan,
            lives: plan.lives.map((one, index) =>
              index === at ? { ...life, steps: without(life.steps, step + 1, 1) } : one,
            ),
          },
    ),
  )

/**
 * Makes a failing plan small: takes pieces out, first many at once, and keeps what still breaks the same invariant. Tries at most
 * `mostRuns` plans; `run` runs one.
 */
export const minimise = async (
  failing: Plan,
  report: RunReport,
  run: (plan: Plan) => Promise<RunReport>,
  mostRuns = 200,
): Promise<Minimised> => {
  const invariant = report.violations[0]?.invariant
  let best = { plan: failing, report }
  let runs = 0
  /** The first of some plans that still fails, if there is one. */
  const take = async (plans: readonly Plan[]): Promise<boolean> => {
    for (const plan of plans) {
      if (runs >= mostRuns) return false
      runs += 1
      const tried = await run(plan)
      if (tried.violations.every((one) => one.invariant !== invariant)) continue
      best = { plan, report: tried }
      return true
    }
    return false
  }
  for (const pieces of PIECES) {
    for (let size = best.plan[pieces].length; size >= 1; size = Math.floor(size / 2)) {
      while (await take(smaller(best.plan, pieces, size)));
    }
  }
  while (await take(shorter(best.plan)));
  return { ...best, runs }
}
