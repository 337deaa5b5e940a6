import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

/** What the command is to do. */
export interface CommandOptions {
  readonly seeds: number
  readonly from: number
  readonly payments: number
  readonly workers: number
  /** Begins no more worlds after so long; null: however long it takes. */
  readonly seconds: number | null
  /** Runs this one seed by itself, and says what is wrong with it. */
  readonly seed: number | null
  readonly trace: boolean
  readonly crashes: boolean
  readonly every: number
  readonly sabotage: boolean
  readonly json: boolean
  readonly help: boolean
  /** Goes on after a failure. */
  readonly keepGoing: boolean
}

/** What `--help` prints. */
export const HELP = `Runs the whole SDK, several servers of it, in simulated worlds where everything that can go wrong does.

  npm run simulate -- --seeds 100000 --from 1

  --seeds N      how many worlds (1000), from
  --from N       this seed on (1)
  --payments N   payments a world (8)
  --workers N    processes (one a core)
  --seconds N    begins no more worlds after so long
  --keep-going   reports all failures, not only the first
  --crashes      instead: lets a server die before and after every call of every flow, and in pairs
  --every N      of those, every Nth (1)
  --sabotage     instead: plants a bug for each invariant, and says how many worlds it took to find it
  --seed N       instead: one world, and the smallest part of it that fails
  --trace        with --seed: everything that happened in it
  --json         one JSON object at the end, and nothing else
  --help         this

Exit code 1: an invariant did not hold. 2: the command was wrong.
`

/** A command line that is wrong. */
export class WrongCommand extends Error {}

const whole = (name: string, text: string | undefined, usual: number, least = 1): number => {
  if (text === undefined) return usual
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new WrongCommand(`--${name} is '${text}': give a whole number from ${least}`)
}

const MOST_WORKERS = 64

/** Reads a command line. Throws `WrongCommand`. */
export const readCommand = (args: readonly string[]): CommandOptions => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  let given: ReturnType<typeof parse>
  const parse = () =>
    parseArgs({
      args: [...args],
      options: {
        ...{ seeds: text, from: text, payments: text, workers: text, seed: text, every: text, seconds: text },
        ...{ trace: flag, crashes: flag, sabotage: flag, json: flag, help: flag, 'keep-going': flag },
      },
    }).values
  try {
    given = parse()
  } catch (error) {
    throw new WrongCommand(error instanceof Error ? error.message : String(error))
  }
  if (given.trace === true && given.seed === undefined)
    throw new WrongCommand('--trace is of one world: give --seed N too')
  return {
    seeds: whole('seeds', given.seeds, 1_000),
    from: whole('from', given.from, 1, 0),
    payments: whole('payments', given.payments, 8),
    workers: Math.min(MOST_WORKERS, whole('workers', given.workers, availableParallelism())),
    seed: given.seed === undefined ? null : whole('seed', given.seed, 1, 0),
    seconds: given.seconds === undefined ? null : whole('seconds', given.seconds, 1),
    every: whole('every', given.every, 1),
    trace: given.trace === true,
    crashes: given.crashes === true,
    sabotage: given.sabotage === true,
    json: given.json === true,
    help: given.help === true,
    keepGoing: given['keep-going'] === true,
  }
}
