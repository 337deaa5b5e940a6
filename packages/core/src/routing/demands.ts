import type { Gateway, MethodCapabilities, MethodType, Transport } from '../gateways/index.ts'
import { misconfigured } from './misconfigured.ts'

type Gateways = ReadonlyMap<string, Gateway>

/** What a host asks for that not every gateway can give. */
export interface GatewayDemands {
  /** Methods for which an unknown authorisation is left behind for another gateway, with a duty to reverse it. */
  readonly failoverOnUnknown?: readonly MethodType[] | undefined
}

/**
 * Refuses gateways that cannot give what is asked: one whose unknown charges nobody could ever resolve (neither a lookup, nor webhooks and
 * reports), one account under two names, and one that failover would leave behind without a way to take the authorisation back.
 * @throws FlorinError `configuration`
 */
export const checkGateways = (gateways: Gateways, demands: GatewayDemands = {}): void => {
  checkAccounts(gateways)
  for (const [name, gateway] of gateways) checkResolvable(name, gateway)
  for (const method of demands.failoverOnUnknown ?? []) checkReversible(gateways, method)
}

/** Every account at its own place, once: what adds the credentials is the transport, so its accounts are what must not be shared. */
const checkAccounts = (gateways: Gateways): void => {
  const owners = new Map<Transport, ReadonlyMap<string, string>>()
  for (const [name, gateway] of gateways) {
    const [first] = gateway.accounts as readonly string[]
    if (first === undefined)
      throw misconfigured(`gateways.${name}`, 'has no account: name at least one in the options of its adapter')
    const seen = new Map(owners.get(gateway.transport))
    for (const account of gateway.accounts) {
      const twin = seen.get(account)
      if (twin === name) throw misconfigured(`gateways.${name}`, `has two accounts called '${account}': rename one`)
      if (twin !== undefined)
        throw misconfigured(
          `gateways.${name}`,
          `is the very gateway that is called '${twin}' too (account '${account}'), so that a failover would charge the same account. For two accounts of one provider, give one gateway two accounts and name them '${twin}/account' in rules, or make two gateways`,
        )
      seen.set(account, name)
    }
    owners.set(gateway.transport, seen)
  }
}

/**
 * Webhooks repeat what they tell for days, and reports name what they did not: one without the other leaves a charge that nobody hears of
 * again, or hears of when its buyer has long paid elsewhere.
 */
const checkResolvable = (name: string, { capabilities }: Gateway): void => {
  const { lookupBy, webhooks, reports = false } = capabilities
  if (lookupBy.length > 0 || (webhooks && reports)) return
  const lacks = webhooks ? 'no reports' : reports ? 'no webhooks' : 'neither webhooks nor reports'
  throw misconfigured(
    `gateways.${name}`,
    `cannot be asked what became of a charge, and has ${lacks}: a charge whose answer is lost could never be resolved. Configure its webhooks, or use an adapter with a lookup, or with webhooks and reports`,
  )
}

const checkReversible = (gateways: Gateways, method: MethodType): void => {
  const able = [...gateways].filter(([, { capabilities }]) => capabilities.methods[method] !== undefined)
  if (able.flatMap(([, { accounts }]) => accounts).length < 2) return // nowhere to go: it is never left
  for (const [name, { capabilities }] of able) {
    const can = capabilities.methods[method]
    if (can === undefined || mayBeLeft(can)) continue
    const lacks = can.separateCapture ? 'be reversed' : 'be authorised without being captured'
    throw misconfigured(
      `gateways.${name}`,
      `failover after an unknown outcome is asked for ${method}, and a ${method} charge cannot ${lacks} at '${name}': the buyer could be charged twice. Leave ${method} out of it, or this gateway`,
    )
  }
}

/** Whether an authorisation of unknown outcome may be left behind for another gateway (FAILURES 2.9): it takes no money by itself and can be reversed. */
export const mayBeLeft = (can: MethodCapabilities): boolean => can.separateCapture && can.reverseBy.length > 0
