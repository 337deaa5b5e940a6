import type { Gateway, MethodCapabilities, MethodType } from '../gateways/index.ts'
import { misconfigured } from './misconfigured.ts'

type Gateways = ReadonlyMap<string, Gateway>

/** What a host asks for that not every gateway can give. */
export interface GatewayDemands {
  /** Methods for which an unknown authorisation is left behind for another gateway, with a duty to reverse it. */
  readonly failoverOnUnknown?: readonly MethodType[] | undefined
}

/**
 * Refuses gateways that cannot give what is asked: one whose unknown charges nobody could ever resolve (neither lookup nor webhooks), one
 * object under two names, and one that failover would leave behind without a way to take the authorisation back.
 * @throws FlorinError `configuration`
 */
export const checkGateways = (gateways: Gateways, demands: GatewayDemands = {}): void => {
  const names = new Map<Gateway, string>()
  for (const [name, gateway] of gateways) {
    const twin = names.get(gateway)
    if (twin !== undefined)
      throw misconfigured(
        `gateways.${name}`,
        `is the very gateway that is called '${twin}' too, so that a failover would charge the same account. For two accounts of one provider, give one gateway two accounts and name them '${twin}/account' in rules, or make two gateways`,
      )
    names.set(gateway, name)
    checkResolvable(name, gateway)
  }
  for (const method of demands.failoverOnUnknown ?? []) checkReversible(gateways, method)
}

/** Webhooks alone will do: gateways repeat them for days. What is lost all the same is shown to a person. */
const checkResolvable = (name: string, { capabilities }: Gateway): void => {
  if (capabilities.lookupBy.length > 0 || capabilities.webhooks) return
  throw misconfigured(
    `gateways.${name}`,
    'cannot be asked what became of a charge, and has no webhooks: a charge whose answer is lost could never be resolved. Configure its webhooks, or use an adapter with a lookup',
  )
}

const checkReversible = (gateways: Gateways, method: MethodType): void => {
  const able = [...gateways].filter(([, { capabilities }]) => capabilities.methods[method] !== undefined)
  if (able.length < 2) return // nowhere to go: it is never left
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
