import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  ALL_FAULT_KINDS,
  crashEverywhere,
  INVARIANTS,
  SAME_RUN,
  type SimulationReport,
} from '@florin/testkit/simulator'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/simulator/cli/main.ts', import.meta.url))
const SEEDS = 2_000
const run = promisify(execFile)

/** What is known and not mended yet, by seed, with the invariant that it breaks. */
const KNOWN: Readonly<Record<number, string>> = {}

type Told = SimulationReport & { readonly ok: boolean; readonly replay: readonly string[] }

/** The command as a user gives it; an exit code of 1 comes with its report too. */
const simulated = async (...args: readonly string[]): Promise<Told> => {
  const command = ['--conditions=@florin/source', MAIN, '--json', ...args]
  const { stdout } = await run(process.execPath, command, { maxBuffer: 1e9 }).catch((error) => error)
  return JSON.parse(stdout)
}

test('two thousand worlds: every kind of fault strikes, every invariant is checked, and all of them hold but for what is known', async () => {
  const { failures, seeds, faults, checks, replay } = await simulated(
    '--seeds',
    `${SEEDS}`,
    '--payments',
    '2', // many small worlds find more than few large ones, in the time that CI has
    '--keep-going',
  )
  const fresh = failures.filter(({ seed, violations }) => violations.some(({ invariant }) => invariant !== KNOWN[seed]))
  expect({ fresh, replay: fresh.length > 0 ? replay : [] }).toEqual({ fresh: [], replay: [] })
  const failed = new Set(failures.map(({ seed }) => String(seed)))
  expect(
    Object.keys(KNOWN).filter((seed) => !failed.has(seed)),
    'known, and mended: take it out',
  ).toEqual([])
  expect(seeds).toBe(SEEDS)
  expect(ALL_FAULT_KINDS.filter((kind) => (faults[kind] ?? 0) === 0)).toEqual([])
  const names = [...INVARIANTS.map(({ name }) => name), SAME_RUN.name]
  expect(names.filter((name) => (checks[name] ?? 0) === 0)).toEqual([])
}, 900_000)

test('a server that dies before or after any call of any flow loses nothing; sampled here, and whole in npm run simulate -- --crashes', async () => {
  const { failures, crashes } = await crashEverywhere({ every: 61, pairs: 1 })
  const told = failures.map(({ flow, plan, report }) => ({ flow, crashes: plan.crashes, found: report.violations }))
  expect(told).toEqual([])
  expect(crashes).toBeGreaterThan(100)
}, 300_000)

test('the command says what is wrong with its line, with exit code 2', async () => {
  const command = ['--conditions=@florin/source', MAIN, '--seeds', 'many']
  const told = await run(process.execPath, command).catch((error) => error)
  expect(told.code).toBe(2)
  expect(told.stderr).toContain("--seeds is 'many': give a whole number from 1")
})
