import { describe, expect, it } from 'vitest'
import { HOUSES } from './houses.ts'
import { runDatabaseFaults, type StrikeReport } from './run.ts'

const BACK_MS = 2_000
const SLOW_MACHINE = 3

describe.each(HOUSES.map((house) => [house.name, house] as const))('%s', (name, house) => {
  const reason = house.impossible()
  const title = `keeps every promise, whatever happens to it${reason === null ? '' : ` (skipped: ${reason})`}`

  it.skipIf(reason !== null)(title, { timeout: 240_000 }, async () => {
    const reports: StrikeReport[] = []
    const run = { rounds: 1, orders: 10, atOnce: 5, seed: 6, houses: [name] }
    const ok = await runDatabaseFaults(run, (report) => void ('strike' in report && reports.push(report)))
    expect(reports.flatMap(({ strike, problems }) => problems.map((problem) => `${strike}: ${problem}`))).toEqual([])
    expect(reports.map(({ strike }) => strike)).toEqual(house.strikes.map((strike) => strike.name))
    expect(reports.map(({ payments }) => payments)).toEqual(reports.map((_, i) => 11 * (i + 1)))
    for (const { backMs } of reports) expect(backMs).toBeLessThan(BACK_MS * SLOW_MACHINE)
    expect(ok).toBe(true)
  })
})
