import type { ScoreWeights } from './options.ts'
import { callsOf, type GatewayStats, type GatewayWindow } from './stats.ts'

/** A gateway's score and what it is made of, each between 0 and 1; more is better. `total` is their weighted mean. */
export interface Score {
  readonly total: number
  readonly success: number
  readonly latency: number
  readonly cost: number
}

/**
 * How parts are made, with the reason for each number. Every part falls exponentially with what it measures, so that better is always
 * more, however bad: at one scale it has fallen to 37 %.
 */
export const SCORING = {
  /** Success matters most, then how long the buyer waits, then what it costs. */
  weights: { success: 50, latency: 30, cost: 20 },
  /** Every fifth payment lost. A point of success then outweighs a point of cost. */
  failureScale: 0.2,
  /** 10 s: the caller's deadline, at which buyers have given up. */
  latencyScaleMs: 10_000,
  /** 10 % of the amount. */
  costScaleBasisPoints: 1_000,
  /**
   * What is assumed of a gateway that nobody has seen: what the others of the same plan do, and they are assumed to be good. Worth 20 calls,
   * so that one failure does not damn it. A fixed prior above what gateways really reach would send everything to whoever was not asked of late.
   */
  priorCalls: 20,
  priorSuccess: 0.98,
  priorLatencyMs: 800,
  /** A call of the last 5 minutes counts as two of the 10 before: a gateway is what it is now. */
  olderCallsCount: 0.5,
  /** A degraded gateway loses ties, and near ones. */
  degradedFactor: 0.9,
} as const

/** A cost with its amounts in minor units. */
export interface KnownCost {
  readonly basisPoints: number
  readonly fixedMinor: ReadonlyMap<string, bigint>
}

/** Weights that sum to one. */
export const normalised = (weights: ScoreWeights): ScoreWeights => {
  const sum = weights.success + weights.latency + weights.cost
  return { success: weights.success / sum, latency: weights.latency / sum, cost: weights.cost / sum }
}

/** Weights of which some are left to defaults. */
export type PartialWeights = { readonly [Part in keyof ScoreWeights]?: number | undefined }

/** Completes partial weights: by the next ones given, at last by the defaults. */
export const weightsOf = (...given: readonly (PartialWeights | undefined)[]): ScoreWeights => {
  const one = (part: keyof ScoreWeights): number =>
    given.find((weights) => weights?.[part] !== undefined)?.[part] ?? SCORING.weights[part]
  return { success: one('success'), latency: one('latency'), cost: one('cost') }
}

const older = (all: number, recent: number): number => Math.max(0, all - recent)

/** What a gateway is taken for before it is seen, and what its few calls are mixed with. */
export interface Prior {
  readonly success: number
  readonly latencyMs: number
}

interface Evidence {
  readonly calls: number
  readonly answered: number
  readonly heard: number
  readonly heardMs: number
}

const NOTHING: Evidence = { calls: 0, answered: 0, heard: 0, heardMs: 0 }

const middle = ({ typicalMs, p95Ms }: GatewayWindow): number => (typicalMs + p95Ms) / 2

const heardIn = ({ answered, declined }: GatewayWindow): number => answered + declined

const evidenceOf = (stats: GatewayStats | undefined): Evidence => {
  if (stats === undefined) return NOTHING
  const { last5m, last15m } = stats
  const { olderCallsCount } = SCORING
  const recent = heardIn(last5m)
  const before = olderCallsCount * older(heardIn(last15m), recent)
  return {
    calls: callsOf(last5m) + olderCallsCount * older(callsOf(last15m), callsOf(last5m)),
    answered: last5m.answered + olderCallsCount * older(last15m.answered, last5m.answered),
    heard: recent + before,
    heardMs: recent * middle(last5m) + before * middle(last15m),
  }
}

const mixed = (sum: number, count: number, prior: number): number =>
  (sum + SCORING.priorCalls * prior) / (count + SCORING.priorCalls)

/** The prior of a plan: what its gateways did together, mixed with what is assumed where nobody was seen. */
export const priorOf = (all: readonly (GatewayStats | undefined)[]): Prior => {
  let { calls, answered, heard, heardMs } = NOTHING
  for (const stats of all) {
    const seen = evidenceOf(stats)
    calls += seen.calls
    answered += seen.answered
    heard += seen.heard
    heardMs += seen.heardMs
  }
  return {
    success: mixed(answered, calls, SCORING.priorSuccess),
    latencyMs: mixed(heardMs, heard, SCORING.priorLatencyMs),
  }
}

const costOf = (cost: KnownCost | undefined, amount: bigint, currency: string): number => {
  if (cost === undefined) return 0
  const fixed = cost.fixedMinor.get(currency) ?? 0n
  return cost.basisPoints + (Number(fixed) * 10_000) / Math.max(1, Number(amount))
}

/** Scores one gateway for one amount. `weights` sum to one. Without stats it gets the prior; without a known cost, no cost. */
export const scoreOf = (
  weights: ScoreWeights,
  prior: Prior,
  stats: GatewayStats | undefined,
  cost: KnownCost | undefined,
  payment: { readonly amount: bigint; readonly currency: string },
): Score => {
  const { failureScale, latencyScaleMs, costScaleBasisPoints } = SCORING
  const { calls, answered, heard, heardMs } = evidenceOf(stats)
  const success = Math.exp((mixed(answered, calls, prior.success) - 1) / failureScale)
  const latency = Math.exp(-mixed(heardMs, heard, prior.latencyMs) / latencyScaleMs)
  const spent = Math.exp(-costOf(cost, payment.amount, payment.currency) / costScaleBasisPoints)
  const total = weights.success * success + weights.latency * latency + weights.cost * spent
  return { total, success, latency, cost: spent }
}
