import type { ScoreWeights } from './options.ts'
import { callsOf, type GatewayStats, type WindowStats } from './stats.ts'

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
  /** What is assumed of a gateway that nobody has seen: good, so that it is tried; worth 20 calls, so that one failure does not damn it. */
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

/** A share with the prior mixed in. */
const successOf = ({ last5m, last15m }: GatewayStats): number => {
  const { olderCallsCount, priorCalls, priorSuccess } = SCORING
  const answered = last5m.answered + olderCallsCount * older(last15m.answered, last5m.answered)
  const calls = callsOf(last5m) + olderCallsCount * older(callsOf(last15m), callsOf(last5m))
  return (answered + priorCalls * priorSuccess) / (calls + priorCalls)
}

const middle = ({ p50Ms, p95Ms }: WindowStats): number => (p50Ms + p95Ms) / 2

const heard = ({ answered, declined }: WindowStats): number => answered + declined

const latencyOf = ({ last5m, last15m }: GatewayStats): number => {
  const { olderCallsCount, priorCalls, priorLatencyMs } = SCORING
  const recent = heard(last5m)
  const before = olderCallsCount * older(heard(last15m), recent)
  const sum = recent * middle(last5m) + before * middle(last15m) + priorCalls * priorLatencyMs
  return sum / (recent + before + priorCalls)
}

const costOf = (cost: KnownCost | undefined, amount: bigint, currency: string): number => {
  if (cost === undefined) return 0
  const fixed = cost.fixedMinor.get(currency) ?? 0n
  return cost.basisPoints + (Number(fixed) * 10_000) / Math.max(1, Number(amount))
}

/** Scores one gateway for one amount. `weights` sum to one. Without stats it gets the prior; without a known cost, no cost. */
export const scoreOf = (
  weights: ScoreWeights,
  stats: GatewayStats | undefined,
  cost: KnownCost | undefined,
  payment: { readonly amount: bigint; readonly currency: string },
): Score => {
  const { priorSuccess, priorLatencyMs, failureScale, latencyScaleMs, costScaleBasisPoints } = SCORING
  const failing = 1 - (stats === undefined ? priorSuccess : successOf(stats))
  const success = Math.exp(-failing / failureScale)
  const latency = Math.exp(-(stats === undefined ? priorLatencyMs : latencyOf(stats)) / latencyScaleMs)
  const spent = Math.exp(-costOf(cost, payment.amount, payment.currency) / costScaleBasisPoints)
  const total = weights.success * success + weights.latency * latency + weights.cost * spent
  return { total, success, latency, cost: spent }
}
