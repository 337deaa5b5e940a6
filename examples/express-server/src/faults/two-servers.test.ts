import { describe, expect, it } from 'vitest'
import { runTwoServers } from './two-servers.ts'

describe('two servers on one PostgreSQL', () => {
  it('are one: when one is killed under load the other finishes its payments, and the books balance', {
    timeout: 180_000,
  }, async () => {
    const report = await runTwoServers({ orders: 40, atOnce: 10, seed: 7, database: 'postgres' })
    expect(report.problems).toEqual([])
    expect(report).toMatchObject({ payments: 40 })
    expect(report.answeredByKilled).toBeGreaterThanOrEqual(5)
    expect(report.repeated).toBeGreaterThan(0)
  })
})
