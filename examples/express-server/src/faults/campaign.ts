import type { DatabaseKind } from './place.ts'
import { type FaultRun, type GatewayKind, type RoundReport, runFaults } from './run.ts'

/** Rounds over several databases and gateways. */
export interface Campaign extends Pick<FaultRun, 'orders' | 'atOnce' | 'seed'> {
  /** In all; shared out evenly, and rounded up. */
  readonly rounds: number
  readonly databases: readonly DatabaseKind[]
  readonly gateways: readonly GatewayKind[]
}

/** What a campaign came to. */
export interface CampaignTotals {
  readonly rounds: number
  /** Servers that were killed. */
  readonly kills: number
  readonly payments: number
  /** Requests that were sent again under their keys. */
  readonly repeated: number
  /** Whatever an audit found: payments lost or charged twice, books that disagree, promises that were broken. */
  readonly losses: number
  readonly seconds: number
}

const NOTHING: CampaignTotals = { rounds: 0, kills: 0, payments: 0, repeated: 0, losses: 0, seconds: 0 }

const add = (totals: CampaignTotals, { killedAfterMs, orders, repeated, problems }: RoundReport): CampaignTotals => ({
  rounds: totals.rounds + 1,
  kills: totals.kills + killedAfterMs.length,
  payments: totals.payments + orders,
  repeated: totals.repeated + repeated,
  losses: totals.losses + problems.length,
  seconds: totals.seconds,
})

/** The runs of a campaign: each database with each kind of gateways. */
export const runsOf = ({ rounds, databases, gateways, ...how }: Campaign): readonly FaultRun[] => {
  const each = Math.ceil(rounds / (databases.length * gateways.length))
  const runs = databases.flatMap((database) => gateways.map((kind) => ({ database, gateways: kind })))
  return runs.map((run, nth) => ({ ...how, ...run, rounds: each, seed: how.seed + nth }))
}

/** Plays all runs of a campaign, one after the other. */
export const runCampaign = async (campaign: Campaign, tell: (report: RoundReport) => void): Promise<CampaignTotals> => {
  const began = performance.now()
  let totals = NOTHING
  for (const run of runsOf(campaign))
    await runFaults(run, (report) => {
      totals = add(totals, report)
      tell(report)
    })
  return { ...totals, seconds: Math.round((performance.now() - began) / 1_000) }
}
