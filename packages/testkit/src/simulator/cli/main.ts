import { crashEverywhere } from '../crashes.ts'
import { minimise } from '../minimise.ts'
import type { Plan } from '../plan/plan.ts'
import { type RunReport, runPlan } from '../run.ts'
import { type PlantedName, seedsUntilFound } from '../sabotage/find-planted.ts'
import { PLANTED } from '../sabotage/planted.ts'
import { planOf, runSeed, surroundingsOf } from '../simulate.ts'
import { type CommandOptions, HELP, readCommand, WrongCommand } from './options.ts'
import { runPool } from './pool.ts'
import { replayCommand, tellFailure, tellPlan, tellTotals, tellTrace } from './tell.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const progress = (json: boolean, text: string): void => {
  if (!json && process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(100)}`)
}

/** The same plan with other orders of webhooks where it is about those, so that what failed fails again. */
const runAgain = async (plan: Plan, keepTrace: boolean): Promise<RunReport> => {
  const surroundings = { ...surroundingsOf({}), keepTrace }
  const first = await runPlan(plan, surroundings)
  if (plan.profile !== 'webhooks' || first.violations.length > 0) return first
  return runPlan(plan, { ...surroundings, mail: 'any_order' }, first.ends)
}

const oneSeed = async ({ seed, payments, trace, json }: CommandOptions): Promise<number> => {
  const plan = planOf(seed ?? 1, { payments })
  const report = await runSeed(seed ?? 1, { seeds: 1, payments }, true)
  if (report.violations.length === 0) {
    const traced = trace ? await runAgain(plan, true) : report
    if (json) say(JSON.stringify({ ...traced, ok: true }))
    else
      say(
        `${trace ? `${tellPlan(plan)}\n${tellTrace(traced)}\n` : ''}seed ${seed}: every invariant held; trace hash ${report.hash}`,
      )
    return 0
  }
  const small = await minimise(plan, report, (smaller) => runAgain(smaller, false))
  const traced = await runAgain(small.plan, true)
  const violations = traced.violations.length > 0 ? traced.violations : report.violations
  if (json) {
    say(
      JSON.stringify({
        ok: false,
        seed,
        violations,
        plan: small.plan,
        lines: traced.lines,
        replay: replayCommand(seed ?? 1, payments),
      }),
    )
    return 1
  }
  say(`the smallest part of it that was found to fail (${small.runs} tries):\n${tellPlan(small.plan)}`)
  if (trace) say(tellTrace(traced))
  say(tellFailure({ seed: seed ?? 1, violations }, payments))
  return 1
}

const manySeeds = async (options: CommandOptions): Promise<number> => {
  const { from, seeds, payments, workers, seconds, json, keepGoing } = options
  const start = performance.now()
  const report = await runPool({
    ...{ from, seeds, payments, workers, seconds, stopAtFirst: !keepGoing },
    onProgress: ({ done, payments: made, failures }) => {
      const seconds = (performance.now() - start) / 1_000
      const rate = `${(done / seconds).toFixed(1)} worlds/s, ${(made / seconds).toFixed(0)} payments/s`
      progress(json, `${done} of ${seeds} worlds, ${made} payments, ${failures} failed; ${rate}`)
    },
  })
  progress(json, '')
  const { failures } = report
  if (json)
    say(
      JSON.stringify({
        ...report,
        ok: failures.length === 0,
        replay: failures.map(({ seed }) => replayCommand(seed, payments)),
      }),
    )
  else say([tellTotals(report, report.wallMs), ...failures.map((one) => tellFailure(one, payments))].join('\n'))
  const [first] = failures
  if (first === undefined) return 0
  if (!json) await oneSeed({ ...options, seed: first.seed, trace: true })
  return 1
}

const allCrashes = async ({ every, json }: CommandOptions): Promise<number> => {
  const start = performance.now()
  let runs = 0
  const report = await crashEverywhere({
    every,
    onRun: ({ flow }) => {
      runs += 1
      progress(json, `${runs} runs, now ${flow}`)
    },
  })
  progress(json, '')
  const { failures, crashes } = report
  const failed = failures.map(({ flow, plan, report: { violations } }) => ({
    flow,
    gateways: plan.setUp.gateways,
    crashes: plan.crashes,
    violations,
  }))
  if (json) say(JSON.stringify({ ...report, failures: failed, ok: failed.length === 0, runs }))
  else {
    say(`${runs} runs, ${crashes} crashes\n${tellTotals(report, performance.now() - start)}`)
    for (const one of failed) say(`failed: ${JSON.stringify(one)}`)
  }
  return failed.length === 0 ? 0 : 1
}

const plantBugs = async ({ json }: CommandOptions): Promise<number> => {
  const found: Record<string, { what: string; seeds: number | null }> = {}
  for (const name of Object.keys(PLANTED) as PlantedName[]) {
    found[name] = { what: PLANTED[name].what, seeds: await seedsUntilFound(name) }
    if (!json) say(`${name.padEnd(30)}${String(found[name].seeds ?? 'not found').padStart(10)}  ${found[name].what}`)
  }
  const ok = Object.values(found).every(({ seeds }) => seeds !== null)
  if (json) say(JSON.stringify({ ok, found }))
  return ok ? 0 : 1
}

/** The command. Gives its exit code. */
const main = async (args: readonly string[]): Promise<number> => {
  try {
    const options = readCommand(args)
    if (options.help) {
      process.stdout.write(HELP)
      return 0
    }
    if (options.crashes) return await allCrashes(options)
    if (options.sabotage) return await plantBugs(options)
    return options.seed === null ? await manySeeds(options) : await oneSeed(options)
  } catch (error) {
    if (!(error instanceof WrongCommand)) throw error
    process.stderr.write(`${error.message}\nnpm run simulate -- --help tells what there is\n`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
