import type { Parameters } from 'fast-check'

const TIMES = Number(process.env.FUZZ_RUNS ?? 1)
const SEED = process.env.FUZZ_SEED

/**
 * How often a property is tried: `usual` times under one seed where everybody's tests run, so that they fail for what was changed and not
 * by chance; `FUZZ_RUNS=100` tries a hundred times as often, under a new seed unless `FUZZ_SEED` names one.
 */
export const runs = <T>(usual: number): Parameters<T> => ({
  numRuns: Math.ceil(usual * TIMES),
  ...(SEED === undefined && TIMES !== 1 ? {} : { seed: Number(SEED ?? 1) }),
})

/** How long a test of this kind may take, for the runner. */
export const WITHIN_MS = 60_000 * Math.max(1, TIMES)
