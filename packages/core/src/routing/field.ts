import type { Gateway } from '../gateways/index.ts'
import type { MerchantPolicy } from './policy.ts'
import type { RefusedGateway } from './refusals.ts'
import type { CompiledRule } from './rule.ts'
import type { RoutingSubject } from './subject.ts'
import type { Target } from './target.ts'

/** A gateway account that the host, or the rule, leaves in the running. */
export interface Runner {
  readonly gateway: string
  readonly account: string
  /** Its weight in a split; else 1. */
  readonly weight: number
}

/** Who is in the running, in configured order or in the rule's, and who is left out by it. */
export interface Field {
  readonly runners: readonly Runner[]
  readonly left: readonly RefusedGateway[]
}

type Gateways = ReadonlyMap<string, Gateway>

/** Draws up the field: the named gateway, else what the rule says, else everybody. An account is in it once. */
export const fieldOf = (
  gateways: Gateways,
  own: MerchantPolicy,
  rule: CompiledRule | undefined,
  subject: RoutingSubject,
): Field => {
  const accountAt = (name: string): string => own.accounts.get(name) ?? (gateways.get(name) as Gateway).accounts[0]
  const runners: Runner[] = []
  for (const target of targetsOf(gateways, rule, subject)) {
    const account = target.account ?? accountAt(target.gateway)
    if (avoided(rule, target.gateway, account)) continue
    if (runners.some((runner) => runner.gateway === target.gateway && runner.account === account)) continue
    runners.push({ gateway: target.gateway, account, weight: 'weight' in target ? (target.weight as number) : 1 })
  }
  const left: RefusedGateway[] = []
  for (const name of gateways.keys()) {
    if (runners.some(({ gateway }) => gateway === name)) continue
    const [code, why] =
      rule === undefined
        ? (['not_named', `is not the named gateway`] as const)
        : (['rule', `is left out by the rule '${rule.id}'`] as const)
    left.push({ gateway: name, account: accountAt(name), code, why })
  }
  return { runners, left }
}

const targetsOf = (gateways: Gateways, rule: CompiledRule | undefined, subject: RoutingSubject): readonly Target[] => {
  if (subject.gateway !== null) return [{ gateway: subject.gateway, account: subject.account }]
  if (rule !== undefined && rule.action.kind !== 'score' && rule.action.kind !== 'avoid') return rule.action.targets
  return [...gateways.keys()].map((gateway) => ({ gateway, account: null }))
}

const avoided = (rule: CompiledRule | undefined, gateway: string, account: string): boolean =>
  rule?.action.kind === 'avoid' &&
  rule.action.targets.some(
    (target) => target.gateway === gateway && (target.account === null || target.account === account),
  )
