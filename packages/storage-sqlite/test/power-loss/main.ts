import { parseArgs } from 'node:util'
import { whyNoRecorder } from './recorder.ts'
import { type CutReport, runPowerLoss } from './run.ts'

const HELP = `npm run test:power-loss [-- --lives 20] [--cuts 25] [--seed 1] [--swallow all|log] [--json]

Takes payments on a SQLite file whose every write and sync is recorded, kills the process with SIGKILL, and then cuts the power at many
moments of its life: what was synced is there, of the rest any sectors in any order. After each cut Florin opens the file: what
callers had been told must be there, the books must balance, the chain must be whole, and money be taken again.

  --lives    processes, each on what the last cut left of the one before (20)
  --cuts     cuts a life (25)
  --seed     repeats the choices, as far as a process that is killed can be repeated (a random one)
  --swallow  plants a fault: no sync reaches the disk (all), or none of the log (log: as SQLite's synchronous = normal)
  --json     one JSON object with the result, and nothing else
  --help     this text

Exit code 0 when nothing was lost and nothing broken; 1 otherwise; 2 when the command was wrong or this machine cannot record.`

const refuse = (message: string): never => {
  console.error(`${message}\n\n${HELP}`)
  process.exit(2)
}

const options = {
  lives: { type: 'string', default: '20' },
  cuts: { type: 'string', default: '25' },
  seed: { type: 'string' },
  swallow: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const whole = (name: string, text: string): number =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(`--${name} is '${text}': give a whole number above zero`)

const parse = () => {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse((error as Error).message)
  }
}

const PAYS_FOR_MS = 1_000 // through some checkpoints of the log, on a machine that is not busy

const show = ({ life, way, calls, syncs, told, lost, broken }: CutReport): void => {
  const found = lost.length + broken.length === 0 ? 'all there' : `${lost.length} LOST, ${broken.length} BROKEN`
  console.log(`life ${life}, cut after ${calls} calls and ${syncs} syncs, keeping ${way}: ${told} told, ${found}`)
  for (const one of [...lost, ...broken]) console.log(`  ✗ ${one}`)
}

const main = async (): Promise<number> => {
  const { lives, cuts, seed, swallow, json, help } = parse()
  if (help) {
    console.log(HELP)
    return 0
  }
  if (swallow !== undefined && swallow !== 'all' && swallow !== 'log')
    return refuse(`--swallow is '${swallow}': give all or log`)
  const reason = whyNoRecorder()
  if (reason !== null) return refuse(reason)
  const run = {
    seed: seed === undefined ? 1 + (Date.now() % 1_000_000) : whole('seed', seed),
    lives: whole('lives', lives),
    cuts: whole('cuts', cuts),
  }
  const total = { cuts: 0, told: 0, lost: 0, broken: 0 }
  await runPowerLoss({ ...run, paysForMs: PAYS_FOR_MS, ...(swallow !== undefined && { swallow }) }, (report) => {
    total.cuts += 1
    total.told += report.told
    total.lost += report.lost.length
    total.broken += report.broken.length
    if (!json) show(report)
  })
  const ok = total.lost + total.broken === 0
  const { lost, broken, ...counted } = total
  if (json) console.log(JSON.stringify({ ok, seed: run.seed, lives: run.lives, ...counted, lost, broken }))
  else console.log(ok ? `seed ${run.seed}: nothing that was told is lost.` : `seed ${run.seed}: see ✗ above.`)
  return ok ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
