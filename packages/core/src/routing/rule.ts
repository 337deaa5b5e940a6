import type { Gateway, MethodType } from '../gateways/index.ts'
import { type Condition, conditionOf, covers } from './condition.ts'
import { misconfigured } from './misconfigured.ts'
import type { ResolvedRule } from './schema.ts'
import { type Target, targetOf } from './target.ts'

/** A target with its share of the volume. */
export interface Share extends Target {
  readonly weight: number
}

/** What a rule does with the payments that it means. */
export type RuleAction =
  | { readonly kind: 'use' | 'only' | 'avoid'; readonly targets: readonly Target[] }
  | { readonly kind: 'split'; readonly targets: readonly Share[] }
  | { readonly kind: 'score' }

/** A rule ready to be asked. */
export interface CompiledRule {
  readonly id: string
  readonly condition: Condition
  readonly action: RuleAction
}

type Gateways = ReadonlyMap<string, Gateway>

/** Whose rules they are. */
export interface RuleScope {
  /** Null: everybody's. */
  readonly merchant: string | null
  /** The account that a gateway's bare name means; null where that depends on the merchant. */
  accountOf(gateway: string): string | null
}

/**
 * Compiles a list of rules, of everybody or of one merchant, and refuses what cannot have been meant: unknown gateways and accounts, rules
 * that can never match, rules behind one that takes all their payments, names used twice.
 * @throws FlorinError `configuration`, with the rule's path in `details.path`
 */
export const compileRules = (
  gateways: Gateways,
  rules: readonly ResolvedRule[],
  path: string,
  scope: RuleScope,
): readonly CompiledRule[] => {
  const compiled: CompiledRule[] = []
  for (const [at, rule] of rules.entries()) {
    const where = `${path}.${at}`
    const made = compile(gateways, rule, where, scope)
    for (const earlier of compiled) {
      if (earlier.id === made.id)
        throw misconfigured(`${where}.id`, `'${made.id}' is the name of an earlier rule: give it another`)
      if (covers(earlier.condition, made.condition))
        throw misconfigured(
          where,
          `rule '${made.id}' can never match: '${earlier.id}' comes first and takes every payment that it means. Move it up, or narrow '${earlier.id}'`,
        )
    }
    compiled.push(made)
  }
  return compiled
}

const compile = (gateways: Gateways, rule: ResolvedRule, where: string, scope: RuleScope): CompiledRule => {
  const condition = conditionOf(rule.match)
  const action = actionOf(rule)
  const targets = action.kind === 'score' ? [] : action.targets
  checkTargets(gateways, targets, `${where}.${action.kind}`, scope)
  const never = contradiction(condition, scope.merchant) ?? beyond(gateways, condition, action, scope)
  if (never !== null) throw misconfigured(where, `rule '${rule.id}' can never match: ${never}`)
  checkUse(gateways, condition, action, `${where}.${action.kind}`)
  return { id: rule.id, condition, action }
}

const actionOf = (rule: ResolvedRule): RuleAction => {
  if (rule.split !== undefined) {
    const targets = Object.entries(rule.split).map(([text, weight]) => ({ ...targetOf(text), weight }))
    return { kind: 'split', targets }
  }
  for (const kind of ['use', 'only', 'avoid'] as const) {
    const named = rule[kind]
    if (named !== undefined) return { kind, targets: named.map(targetOf) }
  }
  return { kind: 'score' }
}

const nameOf = ({ gateway, account }: Target): string => (account === null ? gateway : `${gateway}/${account}`)

const checkTargets = (gateways: Gateways, targets: readonly Target[], path: string, scope: RuleScope): void => {
  const seen = new Set<string>()
  for (const target of targets) {
    const gateway = gateways.get(target.gateway)
    const names = [...gateways.keys()].join(', ')
    if (gateway === undefined)
      throw misconfigured(path, `names the gateway '${target.gateway}', and there is none: there are ${names}`)
    if (target.account !== null && !gateway.accounts.includes(target.account))
      throw misconfigured(
        path,
        `names the account '${nameOf(target)}', and '${target.gateway}' has none such: it has ${gateway.accounts.join(', ')}`,
      )
    const name = nameOf({ gateway: target.gateway, account: target.account ?? scope.accountOf(target.gateway) })
    if (seen.has(name)) throw misconfigured(path, `names '${name}' twice`)
    seen.add(name)
  }
}

const contradiction = (condition: Condition, merchant: string | null): string | null => {
  if (condition.methods?.size === 0) return 'only cards have a network or a BIN, and it asks for other methods'
  if (condition.currencies?.size === 0) return 'it has amounts in none of its currencies'
  if (merchant !== null && condition.merchants !== null && !condition.merchants.has(merchant))
    return `it is a rule of ${merchant} and asks for other merchants`
  return null
}

const takes = ({ capabilities }: Gateway, method: MethodType | null, currency: string | null): boolean =>
  (method === null || capabilities.methods[method] !== undefined) &&
  (currency === null || capabilities.currencies === 'all' || capabilities.currencies.includes(currency))

/** Whether a gateway can take any payment that the condition means, by its method and currency. */
const canTake = (gateway: Gateway, { methods, currencies }: Condition): boolean =>
  [...(methods ?? [null])].some((method) =>
    [...(currencies ?? [null])].some((currency) => takes(gateway, method, currency)),
  )

const beyond = (gateways: Gateways, condition: Condition, action: RuleAction, scope: RuleScope): string | null => {
  const all = [...gateways.values()]
  const methods = [...(condition.methods ?? [])]
  const currencies = [...(condition.currencies ?? [])]
  const none = (values: readonly unknown[], test: (gateway: Gateway) => boolean): boolean =>
    values.length > 0 && !all.some(test)
  if (none(methods, (gateway) => methods.some((method) => takes(gateway, method, null))))
    return `no gateway takes ${methods.join(' or ')}`
  if (none(currencies, (gateway) => currencies.some((currency) => takes(gateway, null, currency))))
    return `no gateway takes ${currencies.join(' or ')}`
  if (!all.some((gateway) => canTake(gateway, condition)))
    return `no gateway takes ${methods.join(' or ')} in ${currencies.join(' or ')}`
  if (action.kind !== 'avoid') return null
  // Without a rule that names another, a gateway stands for one account: to avoid that is to avoid the gateway.
  const avoided = new Set(
    action.targets
      .filter(({ gateway, account }) => account === null || account === scope.accountOf(gateway))
      .map(({ gateway }) => gateway),
  )
  return [...gateways].some(([name, gateway]) => !avoided.has(name) && canTake(gateway, condition))
    ? null
    : 'it avoids every gateway that could take its payments'
}

const checkUse = (gateways: Gateways, condition: Condition, action: RuleAction, path: string): void => {
  if (action.kind === 'score' || action.kind === 'avoid') return
  for (const target of action.targets) {
    const gateway = gateways.get(target.gateway)
    if (gateway !== undefined && !canTake(gateway, condition))
      throw misconfigured(
        path,
        `names '${nameOf(target)}', which takes none of the payments that the rule means: by its capabilities it has not the method, or not the currency`,
      )
  }
}
