import { describe, expect, it } from 'vitest'
import { HOUSES } from './houses.ts'
import { runDatabaseFaults, type StrikeReport } from './run.ts'

const BACK_MS = 2_000
const SLOW_MACHINE = 3
/** Those that find most; `npm run test:faults -- --database` plays all, which takes minutes. `FAULTS=all` does so here. */
const SHORT = [
  'connections cut around COMMIT and at any byte',
  'kill -9 of the server',
  'failover to a synchronous standby',
  'a full disk',
]
const strikes = process.env.FAULTS === 'all' ? undefined : SHORT

describe.each(HOUSES.map((house) => [house.name, house] as const))('%s', (name, house) => {
  const reason = house.impossible()
  const title = `keeps every promise, whatever happens to it${reason === null ? '' : ` (skipped: ${reason})`}`

  it.skipIf(reason !== null)(title, { timeout: 240_000 }, async () => {
    const reports: StrikeReport[] = []
    const run = { rounds: 1, orders: 10, atOnce: 5, seed: 6, houses: [name], strikes }
    const ok = await runDatabaseFaults(run, (report) => void ('strike' in report && reports.push(report)))
    expect(reports.flatMap(({ strike, problems }) => problems.map((problem) => `${strike}: ${problem}`))).toEqual([])
    const played = house.strikes.filter((strike) => strikes?.includes(strike.name) ?? true)
    expect(reports.map(({ strike }) => strike)).toEqual(played.map((strike) => strike.name))
    expect(reports.map(({ payments }) => payments)).toEqual(reports.map((_, i) => 11 * (i + 1)))
    for (const { backMs } of reports) expect(backMs).toBeLessThan(BACK_MS * SLOW_MACHINE)
    expect(ok).toBe(true)
  })
})
