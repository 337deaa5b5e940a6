import type { Gateway } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { spanOf } from './bin-range.ts'
import { matches } from './condition.ts'
import type { RoutingConditions } from './conditions.ts'
import { eligible } from './eligibility.ts'
import { explored } from './explore.ts'
import { fieldOf } from './field.ts'
import type { RoutingOptions } from './options.ts'
import { type Able, type Placed, type Placing, placed, TIERS } from './place.ts'
import { policyOf, type RoutingPolicy } from './policy.ts'
import type { RefusedGateway } from './refusals.ts'
import type { RoutePlan } from './route-plan.ts'
import type { CompiledRule } from './rule.ts'
import { priorOf } from './score.ts'
import type { RoutingSubject } from './subject.ts'

/** Decides which gateways are asked for a payment. It holds nothing but its options: the same question gets the same plan, in any process. */
export interface Router {
  /**
   * Whom to ask, in order, and why nobody else. A payment that nobody can take is no error: `candidates` is empty then, and `refused` says
   * why. For a failover ask again, with what was tried: the decision is made anew, by what is known by then.
   * @throws FlorinError `gateway_unknown` where the payment names a gateway that is not configured
   */
  plan(subject: RoutingSubject, conditions: RoutingConditions): RoutePlan
}

type Gateways = ReadonlyMap<string, Gateway>

/**
 * Makes a router for gateways by their configured names; their order breaks ties.
 * @throws FlorinError `configuration` for rules that name what is not there, that can never match, or that contradict themselves
 */
export const createRouter = <G extends string = string>(
  gateways: Gateways,
  options: RoutingOptions<G> = {},
): Router => {
  const policy = policyOf(gateways, options)
  return Object.freeze<Router>({
    plan(subject, conditions) {
      checkNamed(gateways, subject)
      return planOf(gateways, policy, subject, conditions)
    },
  })
}

const checkNamed = (gateways: Gateways, { gateway }: RoutingSubject): void => {
  if (gateway === null || gateways.has(gateway)) return
  const names = [...gateways.keys()].join(', ')
  throw new FlorinError('gateway_unknown', `gateway '${gateway}' is not configured: there are ${names}`)
}

const planOf = (
  gateways: Gateways,
  policy: RoutingPolicy,
  subject: RoutingSubject,
  conditions: RoutingConditions,
): RoutePlan => {
  const own = policy.merchants.get(subject.merchant) ?? policy.general
  const rule = firstMatch(own.rules, subject)
  const by = orderOf(rule, subject)
  const mayExplore = by !== 'name' && subject.payment !== null && (conditions.tried?.length ?? 0) === 0
  const { runners, left } = fieldOf(gateways, own, rule, subject)
  const refused: RefusedGateway[] = [...left]
  const able: Able[] = []
  for (const runner of runners) {
    const { gateway, account } = runner
    const standing = conditions.standingOf?.(gateway, account)
    const can = eligible(gateway, account, gateways.get(gateway) as Gateway, subject, conditions, standing)
    if ('code' in can) refused.push({ gateway, account, code: can.code, why: can.why })
    else able.push({ runner, can, standing })
  }
  // The failures of an excluded gateway are no reason to expect any of the others.
  const prior = priorOf(able.map(({ standing }) => (standing?.health === 'excluded' ? undefined : standing?.stats)))
  const placing: Placing = { by, policy, weights: own.weights, subject, mayExplore, prior }
  const found = able.map((one, place) => placed(placing, one, place))
  found.sort((a, b) => a.tier - b.tier || a.key - b.key || a.place - b.place)
  const sorted = withoutExcluded(found, refused)
  const drawn = by === 'score' && mayExplore && subject.payment !== null
  const chosen = drawn ? explored(sorted, subject.payment, policy.explorationShare) : sorted
  const note = chosen[0]?.candidate.note
  return {
    at: conditions.at,
    rule: rule?.id ?? null,
    by,
    explored: note === 'explored' || note === 'probe',
    candidates: chosen.map(({ candidate }) => candidate),
    refused,
  }
}

const firstMatch = (rules: readonly CompiledRule[], subject: RoutingSubject): CompiledRule | undefined => {
  if (subject.gateway !== null) return undefined
  const span = spanOf(subject.bin)
  return rules.find(({ condition }) => matches(condition, subject, span))
}

const orderOf = (rule: CompiledRule | undefined, subject: RoutingSubject): RoutePlan['by'] => {
  if (subject.gateway !== null) return 'name'
  if (rule?.action.kind === 'use') return 'order'
  return rule?.action.kind === 'split' ? 'split' : 'score'
}

const EXCLUDED = 'fails too often at present'

/** Excluded gateways stay out as long as anybody else can: where nobody can, one that fails often is better than none. */
const withoutExcluded = (sorted: readonly Placed[], refused: RefusedGateway[]): readonly Placed[] => {
  const usable = sorted.filter(({ tier }) => tier !== TIERS.excluded)
  if (usable.length === 0 || usable.length === sorted.length) return sorted
  for (const { tier, candidate } of sorted)
    if (tier === TIERS.excluded)
      refused.push({ gateway: candidate.gateway, account: candidate.account, code: 'excluded', why: EXCLUDED })
  return usable
}
