import { parseArgs } from 'node:util'
import { runAdaptersBench } from './adapters/run.ts'
import { runFailoverBench } from './failover/run.ts'
import { runGrowthBench, runMemoryBench } from './payments/growth.ts'
import { runLatencyBench } from './payments/latency.ts'
import { runPaymentsBench } from './payments/run.ts'
import { POSTGRES_PARTS, runPostgresBench } from './postgres/run.ts'
import { runReconciliationBench } from './reconciliation/run.ts'
import { runSettlementBench } from './settlement/run.ts'
import type { BenchResult } from './storage/result.ts'
import { runStorageBench } from './storage/run.ts'

interface Settings {
  readonly runs: number
  readonly stored: number
  readonly onProgress: (what: string) => void
}

/** Every suite, with what it measures; the first three run when none is named. */
const SUITES: Readonly<Record<string, { about: string; run(settings: Settings): AsyncIterable<BenchResult> }>> = {
  payments: {
    about: 'payments a second at 1, 16, 64 and 256 in flight, beside a hand-written SQLite writer of the same rows',
    run: ({ runs, onProgress }) => runPaymentsBench({ runs, onProgress }),
  },
  latency: {
    about: 'what Florin adds at 500 payments a second with a 50 ms gateway, beside the gateway alone',
    run: ({ onProgress }) => runLatencyBench({ onProgress }),
  },
  storage: {
    about: 'the SQLite storage alone beside hand-written statements; ledger postings on hot and on random accounts',
    run: ({ runs }) => runStorageBench({ runs }),
  },
  adapters: {
    about: 'calls through each adapter beside the official SDK on the same local double (after `npm run build`)',
    run: ({ runs, onProgress }) => runAdaptersBench({ runs, onProgress }),
  },
  failover: {
    about:
      'what a gateway that refuses, hangs or fails at random costs a buyer, and what is left behind (a few minutes)',
    run: ({ onProgress }) => runFailoverBench({ onProgress }),
  },
  growth: {
    about: 'payments a second with a million stored beside ten thousand (minutes; --stored N)',
    run: ({ stored, onProgress }) => runGrowthBench({ stored, onProgress }),
  },
  reconciliation: {
    about:
      'a file of a million lines against as many payments, beside a hand-written reader (minutes; --stored N lines)',
    run: ({ stored, onProgress }) => runReconciliationBench({ lines: stored, published: true, onProgress }),
  },
  settlement: {
    about:
      'settling a million captures of ten thousand merchants, every statement checked (minutes; --stored N captures)',
    run: ({ stored, onProgress }) => runSettlementBench({ captures: stored, onProgress }),
  },
  postgres: {
    about: 'PostgreSQL beside hand-written writers: payments, postings, latency, servers, growth (an hour; --stored N)',
    run: (settings) => runPostgresBench(settings),
  },
  ...Object.fromEntries(
    POSTGRES_PARTS.map((part) => [
      `postgres-${part}`,
      { about: 'that part of it alone', run: (settings: Settings) => runPostgresBench({ ...settings, parts: [part] }) },
    ]),
  ),
  memory: {
    about: 'live heap over 200,000 payments (a minute)',
    run: ({ onProgress }) => runMemoryBench({ onProgress }),
  },
}
const DEFAULT_SUITES = ['payments', 'latency', 'storage']

const help = (): string => {
  const suites = Object.entries(SUITES).map(([name, { about }]) => `  ${name.padEnd(17)} ${about}`)
  return [
    'npm run bench -- [suite …] [--json] [--runs N] [--stored N]',
    '',
    'Prints Florin beside a baseline measured in the same run on the same machine; the ratio is what to quote.',
    '',
    ...suites,
    '',
    `Without a suite: ${DEFAULT_SUITES.join(', ')}.`,
    '--json      one object a line: { suite, case, unit, value, baseline, ratio }',
    '--runs N    alternating runs of either side (5)',
    '--stored N  payments that `growth` and `postgres` store, captures and lines that `settlement` and `reconciliation` do (1000000)',
  ].join('\n')
}

const print = (result: BenchResult, json: boolean): void => {
  if (json) return console.log(JSON.stringify(result))
  const { suite, case: name, unit, value, baseline, ratio } = result
  const numbers = `${value.toLocaleString('en')} ${unit}, baseline ${baseline.toLocaleString('en')}`
  console.log(`${suite.padEnd(9)} ${name.padEnd(48)} ${numbers.padEnd(46)} ratio ${ratio.toFixed(2)}`)
}

const whole = (text: string, name: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name} takes a whole number from 1, not '${text}'`)
}

const run = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      runs: { type: 'string', default: '5' },
      stored: { type: 'string', default: '1000000' },
    },
  })
  if (values.help) return console.log(help())
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name))
  if (unknown !== undefined)
    throw new Error(`there is no suite '${unknown}'; there are: ${Object.keys(SUITES).join(', ')}`)
  const onProgress = (what: string): void => void (process.stderr.isTTY && process.stderr.write(`${what}\n`))
  const settings = { runs: whole(values.runs, 'runs'), stored: whole(values.stored, 'stored'), onProgress }
  for (const name of positionals.length === 0 ? DEFAULT_SUITES : positionals) {
    for await (const result of SUITES[name]?.run(settings) ?? []) print(result, values.json)
  }
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
