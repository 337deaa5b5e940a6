import { ALL_FAULT_KINDS } from '../plan/fault-kinds.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunReport } from '../run.ts'
import type { FailedSeed } from '../simulate.ts'
import type { Totals } from '../totals.ts'

const counted = (counts: Readonly<Record<string, number>>, names: readonly string[]): string =>
  names.map((name) => `  ${name.padEnd(30)}${counts[name] ?? 0}`).join('\n')

const DAY_MS = 86_400_000

/** What was covered, for people. */
export const tellTotals = (totals: Totals, wallMs: number): string => {
  const seconds = wallMs / 1_000
  const never = ALL_FAULT_KINDS.filter((kind) => (totals.faults[kind] ?? 0) === 0)
  return [
    `${totals.seeds} worlds, ${totals.payments} payments, ${(totals.virtualMs / DAY_MS).toFixed(0)} simulated days in ${seconds.toFixed(1)} s:`,
    `${(totals.seeds / seconds).toFixed(1)} worlds/s, ${(totals.payments / seconds).toFixed(0)} payments/s, ${(totals.events / seconds).toFixed(0)} events/s`,
    `everything was settled within ${(totals.longestHealingMs / 3_600_000).toFixed(1)} simulated hours of the last fault`,
    `faults${never.length === 0 ? '' : ` (never struck: ${never.join(', ')})`}:`,
    counted(totals.faults, ALL_FAULT_KINDS),
    'checks of each invariant:',
    counted(totals.checks, Object.keys(totals.checks).sort()),
    'transitions:',
    counted(totals.transitions, Object.keys(totals.transitions).sort()),
  ].join('\n')
}

/** The command that runs a seed again. */
export const replayCommand = (seed: number, payments: number): string =>
  `npm run simulate -- --seed ${seed} --payments ${payments} --trace`

/** What failed, for people. */
export const tellFailure = ({ seed, violations }: FailedSeed, payments: number): string =>
  [
    `seed ${seed} failed:`,
    ...violations.map(
      ({ invariant, what, at }) => `  ${invariant} at ${(at / 1_000).toFixed(3)} s: ${what.split('\n')[0]}`,
    ),
    `  again: ${replayCommand(seed, payments)}`,
  ].join('\n')

/** The pieces of a plan, one a line. */
export const tellPlan = ({ setUp, lives, faults, crashes, disturbances }: Plan): string =>
  [
    `  set up ${JSON.stringify(setUp)}`,
    ...faults.map((one) => `  fault ${JSON.stringify(one)}`),
    ...crashes.map((one) => `  crash ${JSON.stringify(one)}`),
    ...disturbances.map((one) => `  ${JSON.stringify(one)}`),
    ...lives.flatMap(({ name, at, merchant, steps }) => [
      `  buyer ${name} of ${merchant} from ${at / 1_000} s`,
      ...steps.map((step) => `    ${JSON.stringify(step)}`),
    ]),
  ].join('\n')

/** A run's diary, with times in seconds. */
export const tellTrace = ({ lines }: RunReport): string =>
  lines.map((line) => line.replace(/^\d+/, (ms) => (Number(ms) / 1_000).toFixed(3).padStart(12))).join('\n')
