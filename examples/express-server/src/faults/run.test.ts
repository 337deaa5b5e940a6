import { describe, expect, it } from 'vitest'
import { runsOf } from './campaign.ts'
import { type RoundReport, runFaults } from './run.ts'

const played = async (gateways: 'sandbox' | 'providers', orders: number): Promise<RoundReport[]> => {
  const reports: RoundReport[] = []
  const run = { rounds: 2, orders, atOnce: 8, seed: 1, database: 'sqlite', gateways } as const
  await runFaults(run, (report) => void reports.push(report))
  return reports
}

describe('kill -9 in the middle of a load', () => {
  it('loses no payment and charges none twice (two rounds; npm run test:faults runs two hundred)', {
    timeout: 180_000,
  }, async () => {
    const reports = await played('sandbox', 25)
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    expect(reports.map(({ payments }) => payments)).toEqual([25, 50])
    expect(reports.every(({ killedAfterMs, repeated }) => killedAfterMs.length > 0 && repeated > 0)).toBe(true)
  })

  it('nor with the doubles of Stripe and Adyen behind the shop, by whose own books every charge is there once', {
    timeout: 180_000,
  }, async () => {
    const reports = await played('providers', 16)
    expect(reports.flatMap(({ problems }) => problems)).toEqual([])
    expect(reports.map(({ payments }) => payments)).toEqual([16, 32])
    expect(reports.every(({ charges, payments }) => charges >= payments)).toBe(true)
  })
})

describe('a campaign', () => {
  it('shares its rounds out over databases and gateways, never fewer than asked for, each with orders of its own', () => {
    const campaign = { rounds: 10, orders: 1, atOnce: 1, seed: 5 }
    const runs = runsOf({ ...campaign, databases: ['sqlite', 'postgres'], gateways: ['sandbox', 'providers'] })
    expect(runs.map(({ rounds, database, gateways, seed }) => [rounds, database, gateways, seed])).toEqual([
      [3, 'sqlite', 'sandbox', 5],
      [3, 'sqlite', 'providers', 6],
      [3, 'postgres', 'sandbox', 7],
      [3, 'postgres', 'providers', 8],
    ])
  })
})
