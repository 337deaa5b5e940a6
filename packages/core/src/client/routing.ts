import type { z } from 'zod'
import { explainRoute, type FlowContext, type RouteView } from '../flows/index.ts'
import { currencyOf, parsePositiveAmount } from '../money/index.ts'
import { parseInput } from './gate.ts'
import { createPaymentInput, referenceInput } from './input.ts'
import type { MethodFor } from './payments.ts'
import { resolvePayer } from './requests.ts'

/** A payment to route on paper: what `create` takes, as far as routing looks at it. */
export const explainInput = createPaymentInput
  .pick({
    amount: true,
    currency: true,
    method: true,
    capture: true,
    gateway: true,
    customer: true,
    buyer: true,
    metadata: true,
  })
  .extend({ reference: referenceInput.optional() })
/** A payment to route on paper, as a caller writes it. */
export type ExplainInput = z.input<typeof explainInput>

/** A payment to route on paper, with gateways by their names. */
export type ExplainPayment<G extends string> = Omit<ExplainInput, 'method' | 'gateway'> & {
  readonly method: MethodFor<G>
  readonly gateway?: G | undefined
}

/** Where payments go, and why. */
export interface Routing<G extends string = string> {
  /**
   * What would be decided about such a payment at this moment: whom to ask, in which order, and why nobody else. It changes nothing, and
   * never explores. A payment that nobody can take has no candidates. Throws `invalid_request`, and `gateway_unknown` for a gateway that
   * is not configured.
   */
  explain(input: ExplainPayment<G>): Promise<RouteView>
}

interface Caller {
  readonly context: FlowContext
  readonly merchant: string
  readonly whenInFlight: 'conflict' | 'wait'
}

export const createRouting = <G extends string>(caller: Caller): Routing<G> => {
  const routing: Routing = {
    explain: async (input) => {
      const given = parseInput(explainInput, input)
      const currency = currencyOf(given.currency).code
      const amount = parsePositiveAmount(given.amount, currency)
      const payer = await resolvePayer(caller, given.method, given.gateway, given.customer)
      const { email = null, name = null, ip = null, country = null } = given.buyer ?? {}
      const { reference = '', capture, gateway = null, metadata = {} } = given
      const details = { metadata, buyer: { email, name, ip, country } }
      const { merchant } = caller
      return explainRoute(caller.context, {
        merchant,
        reference,
        amount,
        currency,
        capture,
        gateway,
        details,
        ...payer,
      })
    },
  }
  return Object.freeze(routing) as Routing<G>
}
