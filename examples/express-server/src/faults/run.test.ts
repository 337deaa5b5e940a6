import { describe, expect, it } from 'vitest'
import { type RoundReport, runFaults } from './run.ts'

describe('kill -9 in the middle of a load', () => {
  it('loses no payment and charges none twice (two rounds; npm run test:faults runs twenty)', {
    timeout: 180_000,
  }, async () => {
    const reports: RoundReport[] = []
    const ok = await runFaults({ rounds: 2, orders: 25, atOnce: 8, seed: 1 }, (report) => void reports.push(report))
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    expect(reports.map(({ payments }) => payments)).toEqual([25, 50])
    expect(reports.every(({ killedAfterMs, repeated }) => killedAfterMs.length > 0 && repeated > 0)).toBe(true)
    expect(ok).toBe(true)
  })
})
