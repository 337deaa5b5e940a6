import { parseArgs } from 'node:util'
import { playOutages } from '../outage/outages-command.ts'
import { playStrikes } from './database/play.ts'
import { type FaultRun, type RoundReport, runFaults } from './run.ts'

const HELP = `npm run test:faults [-- --rounds 20] [--orders 60] [--at-once 12] [--seed 1] [--postgres] [--outages 20] [--json]

Takes payments through the example server and kills it with SIGKILL in the middle, round after round on one
database. After each round every payment must be resolved, charged once, booked as the acquirer booked it, and the chain of
events whole. Exit code 0 when no round has a problem.

  --rounds   how often (20, or 5 of each strike with --database)
  --orders   orders a round (60)
  --at-once  buyers at a time (12)
  --seed     repeats a run's orders and moments, as far as two processes can be repeated (a random one)
  --postgres on PostgreSQL (DATABASE_URL, or one that is started for it) in place of a SQLite file
  --database leaves the server alone and strikes its PostgreSQL: connections ended and cut around COMMIT and at any byte, kill -9 of
             a backend and of the server, deadlocks, locks, a full disk, failover to a synchronous standby; --rounds of each (5)
  --outages  so many outages in place of rounds: a shop on SQLite between two providers, of which one, or both, are stopped,
             killed, hung, or break off before or after they have acted, while buyers buy
  --json     one JSON object a line for each round, and a last one with the result
  --help     this text`

const options = {
  rounds: { type: 'string' },
  orders: { type: 'string', default: '60' },
  'at-once': { type: 'string', default: '12' },
  seed: { type: 'string' },
  outages: { type: 'string' },
  postgres: { type: 'boolean', default: false },
  database: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const refuse = (message: string): never => {
  console.error(`${message}\n\n${HELP}`)
  process.exit(2)
}

const whole = (name: string, text: string): number =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(`--${name} is '${text}': give a whole number above zero`)

const parse = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

const asText = (report: RoundReport, rounds: number): string => {
  const { round, killedAfterMs, recoveredMs, repeated, payments, charges, events, problems } = report
  const killed = killedAfterMs.map((ms) => `${ms} ms`).join(' and ')
  const head = `round ${round}/${rounds}: killed after ${killed}, all answered ${recoveredMs} ms after the restart, ${repeated} requests repeated`
  const found = problems.length === 0 ? 'all agree' : `${problems.length} PROBLEMS`
  return [
    head,
    `  ${payments} payments, ${charges} charges, ${events} chained events: ${found}`,
    ...problems.map((one) => `  ✗ ${one}`),
  ].join('\n')
}

const main = async (): Promise<number> => {
  const { json, help, rounds, orders, 'at-once': atOnce, seed, postgres, database, outages } = parse()
  if (help) {
    console.log(HELP)
    return 0
  }
  const run: FaultRun = {
    rounds: whole('rounds', rounds ?? (database ? '5' : '20')),
    orders: whole('orders', orders),
    atOnce: whole('at-once', atOnce),
    database: postgres ? 'postgres' : 'sqlite',
    seed: seed === undefined ? 1 + (Date.now() % 1_000_000) : whole('seed', seed),
  }
  if (outages !== undefined) return (await playOutages({ ...run, json, outages: whole('outages', outages) })) ? 0 : 1
  if (database) return (await playStrikes({ ...run, json })) ? 0 : 1
  if (!json) console.log(`${run.rounds} rounds of ${run.orders} orders, seed ${run.seed}`)
  const ok = await runFaults(run, (report) => console.log(json ? JSON.stringify(report) : asText(report, run.rounds)))
  console.log(
    json
      ? JSON.stringify({ ok, ...run })
      : ok
        ? 'No payment was lost, none was charged twice.'
        : 'Florin broke a promise: see ✗ above.',
  )
  return ok ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
