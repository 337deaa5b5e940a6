import type { Gateway, MethodCapabilities, MethodType } from '../gateways/index.ts'
import { FlorinError } from '../kernel/index.ts'

/** What routing looks at. */
export interface RoutingInput {
  readonly method: MethodType
  readonly currency: string
  /** `manual`: the money must be held first, so a gateway that can only charge at once will not do. */
  readonly capture: 'automatic' | 'manual'
  /** The gateways for which there is a token. */
  readonly tokens: Readonly<Record<string, string>>
  /** The only gateway that may be asked, where the host names one. */
  readonly gateway: string | null
}

/** Where an attempt goes and why the others were passed over: recorded on the attempt. */
export interface Route {
  readonly gateway: string
  readonly account: string
  readonly can: MethodCapabilities
  readonly explanation: RouteExplanation
}

/** By gateway name: `chosen`, or why not. */
export type RouteExplanation = Readonly<Record<string, string>>

const verdict = (name: string, gateway: Gateway, input: RoutingInput): MethodCapabilities | string => {
  if (input.gateway !== null && input.gateway !== name) return 'not the named gateway'
  const can = gateway.capabilities.methods[input.method]
  if (can === undefined) return `does not take ${input.method}`
  const { currencies } = gateway.capabilities
  if (currencies !== 'all' && !currencies.includes(input.currency)) return `does not take ${input.currency}`
  if (input.capture === 'manual' && !can.separateCapture) return `cannot hold ${input.method} for a later capture`
  return Object.hasOwn(input.tokens, name) ? can : 'has no token for this method'
}

/** The first configured gateway that can take the payment, with the reasons against those before it. Pure. */
export const route = (gateways: ReadonlyMap<string, Gateway>, input: RoutingInput): Route => {
  const explanation: Record<string, string> = {}
  for (const [name, gateway] of gateways) {
    const can = verdict(name, gateway, input)
    if (typeof can !== 'string') {
      explanation[name] = 'chosen'
      return { gateway: name, account: gateway.accounts[0], can, explanation }
    }
    explanation[name] = can
  }
  throw refusal(input, explanation)
}

const refusal = (input: RoutingInput, explanation: RouteExplanation): FlorinError => {
  const reasons = Object.entries(explanation)
  const currency = reasons.every(([, reason]) => reason.startsWith('does not take') && reason.endsWith(input.currency))
  const told = reasons.map(([name, reason]) => `'${name}' ${reason}`).join(', ')
  return new FlorinError(
    currency ? 'currency_not_supported' : 'unsupported',
    `no configured gateway can take ${input.method} in ${input.currency}: ${told}`,
    { details: { method: input.method, currency: input.currency } },
  )
}
