import type { ChargeCommand } from '../../gateways/index.ts'
import type { Id } from '../../kernel/index.ts'
import type { AttemptRow } from '../../payments/index.ts'
import { newAttempt } from '../attempts/new-attempt.ts'
import { type Elsewhere, gatewayKey, type Prepared, prepare, sealPrepared } from '../attempts/prepared.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { Chosen } from '../routing/plan-charge.ts'
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
  chosen: Chosen,
  of: { readonly payment: Id<'pay'>; readonly origination: AttemptRow['origination']; readonly now: number },
  elsewhere: Elsewhere | undefined = undefined,
): { readonly row: AttemptRow; readonly prepared: Prepared } => {
  const { merchant, amount, currency } = request
  const id = context.runtime.ids.make('att')
  const command = chargeCommand(request, chosen, id)
  const prepared = { ...prepare(gatewayOf(context, chosen.gateway), command), elsewhere }
  const row = newAttempt(of.now, context.timings.leaseMs, {
    merchant,
    payment: of.payment,
    id,
    kind: command.kind,
    gateway: chosen.gateway,
    account: chosen.account,
    amount,
    currency,
    routing: chosen.routing,
    origination: of.origination,
    request: sealPrepared(context, merchant, id, prepared),
  })
  return { row, prepared }
}

const chargeCommand = (request: ChargeRequest, chosen: Chosen, attempt: Id<'att'>): ChargeCommand => {
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

/** What other gateways could be asked with: kept with the charge where failover is on, and the host did not name its gateway. */
export const elsewhereOf = (
  context: FlowContext,
  request: ChargeRequest & Pick<CreateRequest, 'gateway'>,
): Elsewhere | undefined => {
  const { maxAttempts } = context.termsOf(request.merchant).failover
  if (request.gateway !== null || maxAttempts < 2) return undefined
  const { tokens, networkTransactionId } = request.method
  const accounts = Object.keys(tokens).reduce(
    (sum, name) => sum + (context.gateways.get(name)?.accounts.length ?? 0),
    0,
  )
  return accounts < 2 ? undefined : { tokens, networkTransactionId }
}
