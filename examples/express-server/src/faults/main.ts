import { parseArgs } from 'node:util'
import { playOutages } from '../outage/outages-command.ts'
import { type Campaign, runCampaign, runsOf } from './campaign.ts'
import { playStrikes } from './database/play.ts'
import type { GatewayKind, RoundReport } from './run.ts'

const HELP = `npm run test:faults [-- --rounds 200] [--orders 30] [--at-once 12] [--seed 1] [--sqlite|--postgres] [--gateways sandbox|providers] [--json]

Takes payments through the example server and kills it with SIGKILL in the middle, round after round: on SQLite and on PostgreSQL, with
the sandbox, and with the doubles of Stripe and Adyen over HTTP behind it. After each round every payment must be resolved, charged once,
booked as the gateways booked it, and the chain of events whole. Exit code 0 when no round has a problem.

  --rounds   how often in all, shared out over databases and gateways (200, or 5 of each strike with --database)
  --orders   orders a round (30)
  --at-once  buyers at a time (12)
  --seed     repeats a run's orders and moments, as far as two processes can be repeated (a random one)
  --sqlite   only on a SQLite file
  --postgres only on PostgreSQL (DATABASE_URL, or one that is started for it)
  --gateways only with the sandbox, or only with the providers' doubles
  --database leaves the server alone and strikes its PostgreSQL: connections ended and cut around COMMIT and at any byte, kill -9 of
             a backend and of the server, deadlocks, locks, a full disk, failover to a synchronous standby; --rounds of each (5)
  --outages  so many outages in place of rounds: a shop on SQLite between two providers, of which one, or both, are stopped,
             killed, hung, or break off before or after they have acted, while buyers buy
  --json     one JSON object a line for each round, and a last one with the result
  --help     this text`

const options = {
  rounds: { type: 'string' },
  orders: { type: 'string', default: '30' },
  'at-once': { type: 'string', default: '12' },
  seed: { type: 'string' },
  outages: { type: 'string' },
  gateways: { type: 'string' },
  sqlite: { type: 'boolean', default: false },
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

const GATEWAYS = ['sandbox', 'providers'] as const

const gatewaysOf = (text: string | undefined): readonly GatewayKind[] =>
  text === undefined
    ? GATEWAYS
    : [GATEWAYS.find((kind) => kind === text) ?? refuse(`--gateways is '${text}': give sandbox or providers`)]

const asText = (report: RoundReport): string => {
  const { round, database, gateways, killedAfterMs, recoveredMs, repeated, payments, charges, events, problems } =
    report
  const killed = killedAfterMs.map((ms) => `${ms} ms`).join(' and ')
  const name = `${database}, ${gateways}, round ${round}`
  const head = `${name}: killed after ${killed}, all answered ${recoveredMs} ms after the restart, ${repeated} requests repeated`
  const found = problems.length === 0 ? 'all agree' : `${problems.length} PROBLEMS`
  return [
    head,
    `  ${payments} payments, ${charges} charges, ${events} chained events: ${found}`,
    ...problems.map((one) => `  ✗ ${one}`),
  ].join('\n')
}

const playCampaign = async (campaign: Campaign, json: boolean): Promise<boolean> => {
  const parts = runsOf(campaign).map(({ rounds, database, gateways }) => `${rounds} on ${database} with ${gateways}`)
  if (!json) console.log(`Rounds of ${campaign.orders} orders, seed ${campaign.seed}: ${parts.join(', ')}`)
  const totals = await runCampaign(campaign, (report) => console.log(json ? JSON.stringify(report) : asText(report)))
  const ok = totals.losses === 0
  const { rounds, kills, payments, seconds } = totals
  if (json) console.log(JSON.stringify({ ok, ...campaign, ...totals }))
  else console.log(`${rounds} rounds, ${kills} kills, ${payments} payments in ${seconds} s.`)
  if (!json) console.log(ok ? 'No payment was lost, none was charged twice.' : 'Florin broke a promise: see ✗ above.')
  return ok
}

const main = async (): Promise<number> => {
  const { json, help, rounds, orders, 'at-once': atOnce, seed, database, outages, ...which } = parse()
  if (help) {
    console.log(HELP)
    return 0
  }
  if (which.sqlite && which.postgres)
    refuse('--sqlite and --postgres leave out each other: give one, or neither for both')
  const run = {
    rounds: whole('rounds', rounds ?? (database ? '5' : '200')),
    orders: whole('orders', orders),
    atOnce: whole('at-once', atOnce),
    seed: seed === undefined ? 1 + (Date.now() % 1_000_000) : whole('seed', seed),
  }
  if (outages !== undefined) return (await playOutages({ ...run, json, outages: whole('outages', outages) })) ? 0 : 1
  if (database) return (await playStrikes({ ...run, json })) ? 0 : 1
  const databases = (['sqlite', 'postgres'] as const).filter((kind) => which[kind] || !(which.sqlite || which.postgres))
  return (await playCampaign({ ...run, databases, gateways: gatewaysOf(which.gateways) }, json)) ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
