import type { MethodCapabilities, MethodType } from '../../gateways/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import {
  noGateway,
  REFUSALS,
  type RoutePlan,
  type RouteRecord,
  type RoutingConditions,
  type RoutingSubject,
  routeRecord,
} from '../../routing/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { CreateRequest } from '../payments/create-request.ts'

/** Why an attempt is where it is: kept on it, for `explain`. Only names and numbers. */
export type AttemptRouting = RouteRecord & {
  /** The attempt that this one was made in place of, and why that one was left. */
  readonly after?: string
  readonly because?: string
  /** How the buyer paid: a retry may use another method, and this charge stays what it was. */
  readonly method?: MethodType
}

/** Where an attempt goes. */
export interface Chosen {
  readonly gateway: string
  readonly account: string
  readonly can: MethodCapabilities
  readonly routing: AttemptRouting
}

/** What of a payment routing looks at. */
export type Routable = Pick<
  CreateRequest,
  'merchant' | 'reference' | 'amount' | 'currency' | 'capture' | 'customer' | 'method' | 'gateway'
> & { readonly details: Pick<CreateRequest['details'], 'metadata' | 'buyer'> }

/** What routing is told of a payment. `payment` is its id, from which exploration is drawn; null for a preview. */
export const subjectOf = (request: Routable, payment: string | null): RoutingSubject => {
  const { merchant, reference, amount, currency, capture, customer, method, gateway, details } = request
  const { type, brand, tokens, instrument } = method
  return {
    ...{ merchant, payment, reference, customer, amount, currency, capture, tokens, gateway },
    method: type,
    brand,
    network: instrument.network ?? null,
    bin: instrument.bin ?? null,
    country: details.buyer.country ?? null,
    metadata: details.metadata,
    account: null,
  }
}

/** Asks the router, by how the gateways do at this moment. */
export const planCharge = (
  context: FlowContext,
  subject: RoutingSubject,
  conditions: Pick<RoutingConditions, 'caps' | 'tried'> = {},
): RoutePlan =>
  context.router.plan(subject, {
    at: context.runtime.clock.now(),
    standingOf: (gateway, account) => context.standings.of(gateway, account),
    ...conditions,
  })

/**
 * The best candidate. Where everybody is held back by a breaker, the first of those: its guard then says that nothing was sent, and the
 * payment is declined as it would be for a gateway that refuses the connection. Throws where nobody can take the payment at all.
 */
export const choose = (context: FlowContext, subject: RoutingSubject, plan: RoutePlan): Chosen => {
  const routing = routeRecord(plan)
  const [best] = plan.candidates
  if (best !== undefined) return { gateway: best.gateway, account: best.account, can: best.can, routing }
  const held = plan.refused.find(({ code }) => REFUSALS[code].passing)
  const can = held && gatewayOf(context, held.gateway).capabilities.methods[subject.method]
  if (held !== undefined && can !== undefined) return { gateway: held.gateway, account: held.account, can, routing }
  throw refusalOf(subject, plan)
}

const refusalOf = ({ method, currency }: RoutingSubject, plan: RoutePlan): FlorinError => {
  const { code, message } = noGateway(plan)
  return new FlorinError(code, message, { details: { method, currency } })
}
