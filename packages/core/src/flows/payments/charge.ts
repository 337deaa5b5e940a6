import type { ChargeCommand } from '../../gateways/index.ts'
import type { Id } from '../../kernel/index.ts'
import type { AttemptRow, PaymentState } from '../../payments/index.ts'
import { newAttempt } from '../attempts/new-attempt.ts'
import { type Carried, type Elsewhere, gatewayKey, type Prepared, prepare, sealPrepared } from '../attempts/prepared.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { Chosen, Routable } from '../routing/plan-charge.ts'
import type { CreateRequest } from './create-request.ts'
import type { PaymentDetails } from './details.ts'
import { parkingOf } from './parking.ts'

/** What a charge is made of. */
export type ChargeRequest = Pick<
  CreateRequest,
  'merchant' | 'amount' | 'currency' | 'reference' | 'method' | 'details' | 'customer'
>

/** Whose charge it is. */
export interface Origin {
  readonly payment: Id<'pay'>
  readonly origination: AttemptRow['origination']
  readonly now: number
  /** The newest attempt that the payment has; absent for its first. */
  readonly after?: string | undefined
}

/** A new attempt to charge a payment where routing sends it, with its request prepared and sealed: for the first and for every retry. */
export const prepareCharge = (
  context: FlowContext,
  request: ChargeRequest,
  chosen: Chosen,
  of: Origin,
  carried: Carried = {},
): { readonly row: AttemptRow; readonly prepared: Prepared } => {
  const { merchant, amount, currency } = request
  const id = context.runtime.ids.make('att', of.after)
  const command = chargeCommand(request, chosen, id)
  const prepared = { ...prepare(gatewayOf(context, chosen.gateway), command), ...carried }
  const row = newAttempt(of.now, context.timings.leaseMs, {
    merchant,
    payment: of.payment,
    id,
    kind: command.kind,
    gateway: chosen.gateway,
    account: chosen.account,
    amount,
    currency,
    routing: { ...chosen.routing, method: command.method.type },
    origination: of.origination,
    paymentMethod: request.method.stored,
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

/** The same charge once more: what of its request the payment does not tell is what the attempt before carried. */
export const requestAgain = (
  { payment }: PaymentState,
  { tokens, networkTransactionId, stored }: Elsewhere,
  gateway: string | null,
  details: PaymentDetails,
): Routable & { readonly details: PaymentDetails } => {
  const { merchant, reference, amount, currency, capture, customer } = payment
  const { type, brand = null, ...instrument } = payment.method
  const method = { type, brand, instrument, tokens, networkTransactionId, stored }
  return { merchant, reference, amount, currency, capture, customer, method, gateway, details }
}

/** What a first charge passes on: to other gateways, and to later, where the merchant wants either. */
export const carriedBy = (
  context: FlowContext,
  request: ChargeRequest & Pick<CreateRequest, 'gateway' | 'whenDown'>,
  now: number,
): Carried => ({ elsewhere: elsewhereOf(context, request), parking: parkingOf(context, request, now) })

/** What other gateways could be asked with: kept with the charge where failover is on, and the host did not name its gateway. */
const elsewhereOf = (
  context: FlowContext,
  request: ChargeRequest & Pick<CreateRequest, 'gateway'>,
): Elsewhere | undefined => {
  const { maxAttempts } = context.termsOf(request.merchant).failover
  if (request.gateway !== null || maxAttempts < 2) return undefined
  const { tokens, networkTransactionId, stored } = request.method
  const accounts = Object.keys(tokens).reduce(
    (sum, name) => sum + (context.gateways.get(name)?.accounts.length ?? 0),
    0,
  )
  return accounts < 2 ? undefined : { tokens, networkTransactionId, stored }
}
