import type { MethodCapabilities } from '../gateways/index.ts'
import type { GatewayStanding } from './conditions.ts'
import type { Runner } from './field.ts'
import { fractionOf } from './hash.ts'
import type { HealthState } from './health.ts'
import type { ScoreWeights } from './options.ts'
import type { RoutingPolicy } from './policy.ts'
import type { CandidateNote, RouteCandidate, RoutePlan } from './route-plan.ts'
import { type Prior, SCORING, type Score, scoreOf } from './score.ts'
import { splitPlace, stickyKeyOf } from './split.ts'
import type { RoutingSubject } from './subject.ts'

/** Tiers come before everything else: a gateway that is not well does not stand before one that is. */
export const TIERS = { probe: 0, well: 1, set_back: 2, excluded: 3 } as const

/** A candidate with what it is sorted by: its tier, then its key, then its place in the field. */
export interface Placed {
  readonly candidate: RouteCandidate
  readonly tier: number
  readonly key: number
  readonly place: number
}

/** What places are given by. */
export interface Placing {
  readonly by: RoutePlan['by']
  readonly policy: RoutingPolicy
  readonly weights: ScoreWeights
  readonly subject: RoutingSubject
  /** Whether this payment may be used to learn from: it has an id, and nothing was tried yet. */
  readonly mayExplore: boolean
  readonly prior: Prior
}

/** A runner that can take the payment, with what is known about it. */
export interface Able {
  readonly runner: Runner
  readonly can: MethodCapabilities
  readonly standing: GatewayStanding | undefined
}

/** Gives an eligible gateway account its place. */
export const placed = (placing: Placing, { runner, can, standing }: Able, place: number): Placed => {
  const { gateway, account, weight } = runner
  const { by, policy, weights, subject, prior } = placing
  const health = standing?.health ?? 'healthy'
  const tier = tierOf(placing, `${gateway}/${account}`, standing)
  const score = by === 'score' ? scoreOf(weights, prior, standing?.stats, policy.costs.get(gateway), subject) : null
  const key = by === 'split' ? splitPlace(stickyKeyOf(subject), `${gateway}/${account}`, weight) : keyOf(score, health)
  const candidate = { gateway, account, can, health, score, note: noteOf(tier) }
  return { candidate, tier, key, place }
}

const keyOf = (score: Score | null, health: RouteCandidate['health']): number =>
  score === null ? 0 : -score.total * (health === 'degraded' ? SCORING.degradedFactor : 1)

const noteOf = (tier: number): CandidateNote | null => {
  if (tier === TIERS.probe) return 'probe'
  if (tier === TIERS.set_back) return 'set_back'
  return tier === TIERS.excluded ? 'last_resort' : null
}

/** The share of its payments that a gateway keeps at its place, by state. `excluded` has the exploration share. */
const KEPT: Readonly<Record<Exclude<HealthState, 'excluded'>, number>> = {
  healthy: 1,
  degraded: 1, // its score falls by itself; a rule's order is the host's wish
  reduced: 0.25, // enough to see whether it is better, and three quarters of its buyers wait less
  restored: 0.5,
}

/** The share of its payments that a gateway with a half-open breaker keeps: the breaker itself admits fewer. */
const KEPT_HALF_OPEN = 0.1

/** The draw is the payment's and the target's: another process, or a later look, draws the same. */
const tierOf = (
  { policy, subject, mayExplore }: Placing,
  target: string,
  standing: GatewayStanding | undefined,
): number => {
  const health = standing?.health ?? 'healthy'
  const kept = health === 'excluded' ? policy.explorationShare : KEPT[health]
  const share = standing?.leave === 'probe' ? Math.min(kept, KEPT_HALF_OPEN) : kept
  if (share === 1) return TIERS.well
  const drawn = mayExplore && fractionOf('kept', subject.payment ?? subject.reference, target) < share
  if (health === 'excluded') return drawn ? TIERS.probe : TIERS.excluded
  return drawn ? TIERS.well : TIERS.set_back
}
