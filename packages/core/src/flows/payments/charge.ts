import type { ChargeCommand } from '../../gateways/index.ts'
import type { Id } from '../../kernel/index.ts'
import type { AttemptRow } from '../../payments/index.ts'
import type { Route } from '../../routing/index.ts'
import { newAttempt } from '../attempts/maker.ts'
import { gatewayKey, type Prepared, prepare, sealPrepared } from '../attempts/prepared.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { CreateRequest } from './create-request.ts'

/** What a charge is made of. */
export type ChargeRequest = Pick<
  CreateRequest,
  'merchant' | 'amount' | 'currency' | 'reference' | 'method' | 'details' | 'customer'
>

/** A new attempt to charge a payment where routing sends it, with its request prepared and sealed: for the first and for every retry. */
export const prepareCharge = (
  context: FlowContext,
  request: ChargeRequest,
  chosen: Route,
  of: { readonly payment: Id<'pay'>; readonly origination: AttemptRow['origination']; readonly now: number },
): { readonly row: AttemptRow; readonly prepared: Prepared } => {
  const { merchant, amount, currency } = request
  const id = context.runtime.ids.make('att')
  const command = chargeCommand(request, chosen, id)
  const prepared = prepare(gatewayOf(context, chosen.gateway), command)
  const row = newAttempt(of.now, context.timings.leaseMs, {
    merchant,
    payment: of.payment,
    id,
    kind: command.kind,
    gateway: chosen.gateway,
    account: chosen.account,
    amount,
    currency,
    routing: chosen.explanation,
    origination: of.origination,
    request: sealPrepared(context, merchant, id, prepared),
  })
  return { row, prepared }
}

const chargeCommand = (request: ChargeRequest, chosen: Route, attempt: Id<'att'>): ChargeCommand => {
  const { details, method } = request
  return {
    kind: chosen.can.separateCapture ? 'authorize' : 'sale',
    attempt,
    key: gatewayKey(attempt),
    account: chosen.account,
    amount: request.amount,
    currency: request.currency,
    method: {
      type: method.type,
      token: method.tokens[chosen.gateway] as string,
      brand: method.brand ?? undefined,
      networkTransactionId: method.networkTransactionId ?? undefined,
    },
    merchantReference: request.reference,
    returnUrl: details.returnUrl,
    description: details.description,
    customer: { id: request.customer, email: details.buyer.email, ip: details.buyer.ip },
  }
}
