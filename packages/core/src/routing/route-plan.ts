import type { MethodCapabilities } from '../gateways/index.ts'
import type { HealthState } from './health.ts'
import type { RefusedGateway } from './refusals.ts'
import type { Score } from './score.ts'

/** Why a candidate stands elsewhere than its rule or score alone would put it. */
export type CandidateNote =
  | 'explored' // this payment's draw tries it instead of the best
  | 'probe' // excluded, and this payment's draw tries whether it is well again
  | 'set_back' // not quite well: it gets only a share of its payments, and this is none of them
  | 'last_resort' // excluded, and nobody else can

/** A gateway account that can take the payment. */
export interface RouteCandidate {
  readonly gateway: string
  readonly account: string
  readonly can: MethodCapabilities
  readonly health: HealthState
  /** Null where a rule gives the order. */
  readonly score: Score | null
  readonly note: CandidateNote | null
}

/** A decision: whom to ask, in which order, and why nobody else. JSON-safe. */
export interface RoutePlan {
  readonly at: number
  /** The rule that decided; null where none matched, or where the host named the gateway. */
  readonly rule: string | null
  /** How the candidates are ordered. */
  readonly by: 'name' | 'order' | 'split' | 'score'
  /** The first candidate stands there by a draw, to learn about it. */
  readonly explored: boolean
  /** The first is to be asked; the second is the failover, after a plan made anew with the first as tried. */
  readonly candidates: readonly RouteCandidate[]
  readonly refused: readonly RefusedGateway[]
}

/** The form that is recorded on an attempt: names and rounded numbers only, a few hundred bytes. */
export type RouteRecord = {
  readonly v: 1
  readonly at: number
  readonly rule: string | null
  readonly by: RoutePlan['by']
  readonly explored: boolean
  readonly candidates: readonly {
    readonly gateway: string
    readonly account: string
    readonly health?: HealthState
    readonly note?: CandidateNote
    readonly score?: readonly [total: number, success: number, latency: number, cost: number]
  }[]
  readonly refused: readonly RefusedGateway[]
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

/** What to keep of a plan. */
export const routeRecord = (plan: RoutePlan): RouteRecord => ({
  v: 1,
  at: plan.at,
  rule: plan.rule,
  by: plan.by,
  explored: plan.explored,
  candidates: plan.candidates.map(({ gateway, account, health, note, score }) => ({
    gateway,
    account,
    ...(health === 'healthy' ? {} : { health }),
    ...(note === null ? {} : { note }),
    ...(score === null
      ? {}
      : {
          score: [rounded(score.total), rounded(score.success), rounded(score.latency), rounded(score.cost)] as const,
        }),
  })),
  refused: plan.refused,
})
