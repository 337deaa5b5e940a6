import type { z } from 'zod'
import type { Gateway } from '../gateways/index.ts'
import { parseAmount } from '../money/index.ts'
import { misconfigured } from './misconfigured.ts'
import type { ScoreWeights } from './options.ts'
import { type CompiledRule, compileRules } from './rule.ts'
import { type ResolvedRouting, routingSchema } from './schema.ts'
import { type KnownCost, normalised, type PartialWeights, weightsOf } from './score.ts'

/** How one merchant's payments are routed. */
export interface MerchantPolicy {
  readonly rules: readonly CompiledRule[]
  /** They sum to one. */
  readonly weights: ScoreWeights
  readonly accounts: ReadonlyMap<string, string>
}

/** Options, checked against the gateways and compiled. */
export interface RoutingPolicy {
  readonly explorationShare: number
  readonly costs: ReadonlyMap<string, KnownCost>
  readonly general: MerchantPolicy
  readonly merchants: ReadonlyMap<string, MerchantPolicy>
}

type Gateways = ReadonlyMap<string, Gateway>

/**
 * Checks routing options against the gateways and compiles them.
 * @throws FlorinError `configuration`: what is wrong, where, and what to do
 */
export const policyOf = (gateways: Gateways, input: unknown): RoutingPolicy => {
  const parsed = routingSchema.safeParse(input)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = ['routing', ...(issue?.path ?? [])].join('.')
    throw misconfigured(path, issue === undefined ? 'is not valid' : told(issue))
  }
  const options = parsed.data
  const differs = (name: string): boolean =>
    Object.values(options.merchants).some(({ accounts }) => Object.hasOwn(accounts, name))
  const accountOf = (name: string): string | null => (differs(name) ? null : (gateways.get(name)?.accounts[0] ?? null))
  const rules = compileRules(gateways, options.rules, 'routing.rules', { merchant: null, accountOf })
  const general: MerchantPolicy = {
    rules,
    weights: checkedWeights('routing.weights', options.weights),
    accounts: new Map(),
  }
  const merchants = Object.entries(options.merchants).map(([merchant, own]): [string, MerchantPolicy] => [
    merchant,
    merchantPolicy(gateways, options, general, merchant, own),
  ])
  return {
    explorationShare: options.explorationShare,
    costs: costsOf(gateways, options),
    general,
    merchants: new Map(merchants),
  }
}

/** What is wrong with a name stands one level deeper. */
const told = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message

const merchantPolicy = (
  gateways: Gateways,
  options: ResolvedRouting,
  general: MerchantPolicy,
  merchant: string,
  own: ResolvedRouting['merchants'][string],
): MerchantPolicy => {
  const path = `routing.merchants.${merchant}`
  const accountOf = (name: string): string | null =>
    (Object.hasOwn(own.accounts, name) ? own.accounts[name] : gateways.get(name)?.accounts[0]) ?? null
  const rules = compileRules(gateways, own.rules, `${path}.rules`, { merchant, accountOf })
  for (const [at, { id }] of rules.entries())
    if (general.rules.some((rule) => rule.id === id))
      throw misconfigured(`${path}.rules.${at}.id`, `'${id}' is the name of a general rule: give it another`)
  for (const [name, account] of Object.entries(own.accounts)) {
    const gateway = known(gateways, name, `${path}.accounts`)
    if (!gateway.accounts.includes(account))
      throw misconfigured(
        `${path}.accounts.${name}`,
        `'${name}' has no account '${account}': it has ${gateway.accounts.join(', ')}`,
      )
  }
  return {
    rules: [...rules, ...general.rules],
    weights: checkedWeights(`${path}.weights`, own.weights, options.weights),
    accounts: new Map(Object.entries(own.accounts)),
  }
}

const known = (gateways: Gateways, name: string, path: string): Gateway => {
  const gateway = gateways.get(name)
  if (gateway !== undefined) return gateway
  throw misconfigured(
    path,
    `names the gateway '${name}', and there is none: there are ${[...gateways.keys()].join(', ')}`,
  )
}

const checkedWeights = (path: string, ...given: readonly (PartialWeights | undefined)[]): ScoreWeights => {
  const weights = weightsOf(...given)
  if (weights.success + weights.latency + weights.cost > 0) return normalised(weights)
  throw misconfigured(path, 'are all zero: give at least one part a weight, such as `{ success: 50 }`')
}

const costsOf = (gateways: Gateways, { costs }: ResolvedRouting): ReadonlyMap<string, KnownCost> =>
  new Map(
    Object.entries(costs).map(([name, { basisPoints, fixed }]): [string, KnownCost] => {
      known(gateways, name, 'routing.costs')
      const fixedMinor = Object.entries(fixed).map(([code, text]) => [code, parseAmount(text, code)] as const)
      return [name, { basisPoints, fixedMinor: new Map(fixedMinor) }]
    }),
  )
