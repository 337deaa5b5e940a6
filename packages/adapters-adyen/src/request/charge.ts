import type { ChargeCommand } from '@florin/core/gateways'
import { type AdyenAmount, toAdyenAmount } from '../money/amount.ts'
import { invalid } from './invalid.ts'
import { metadataOf } from './metadata.ts'
import { type PaymentMethod, paymentMethodOf } from './payment-method.ts'
import type { RequestSettings } from './settings.ts'

/** The body of `POST /payments`, as far as the adapter fills it in. */
export interface ChargeBody {
  readonly merchantAccount: string
  readonly reference: string
  readonly amount: AdyenAmount
  readonly paymentMethod: PaymentMethod
  readonly returnUrl: string
  readonly metadata: Readonly<Record<string, string>>
  readonly additionalData: Readonly<Record<string, string>>
  readonly captureDelayHours?: number
  readonly authenticationData?: { readonly threeDSRequestData: { readonly nativeThreeDS: 'disabled' } }
  readonly shopperInteraction?: 'Ecommerce' | 'ContAuth'
  readonly recurringProcessingModel?: 'CardOnFile'
  readonly shopperReference?: string
  readonly shopperEmail?: string
  readonly shopperIP?: string
}

type CaptureFields = Pick<ChargeBody, 'additionalData' | 'captureDelayHours'>

/** Accounts capture by themselves unless told otherwise, so every charge says what it wants (FAILURES 2.13). */
const captureFields = ({ kind, method }: ChargeCommand, { increments }: RequestSettings): CaptureFields => {
  if (kind === 'sale') return { additionalData: { manualCapture: 'false' }, captureDelayHours: 0 }
  if (method.type === 'redirect' || method.type === 'bank_transfer')
    return invalid('method.type', `a ${method.type} cannot be authorized and captured later; charge it at once`)
  const preAuthorisation = increments && method.type === 'card' ? { authorisationType: 'PreAuth' } : {}
  return { additionalData: { manualCapture: 'true', ...preAuthorisation } }
}

type ShopperFields = Pick<
  ChargeBody,
  'shopperInteraction' | 'recurringProcessingModel' | 'shopperReference' | 'shopperEmail' | 'shopperIP'
>

const shopperFields = ({ customer }: ChargeCommand, method: PaymentMethod): ShopperFields => {
  const stored = method.storedPaymentMethodId !== undefined
  if (stored && customer.id === null)
    invalid('customer', 'a stored payment method belongs to a shopper: name the customer that it was stored for')
  return {
    ...(stored && { shopperInteraction: 'ContAuth', recurringProcessingModel: 'CardOnFile' }),
    ...(!stored && { shopperInteraction: 'Ecommerce' }),
    ...(customer.id !== null && { shopperReference: customer.id }),
    ...(customer.email !== null && { shopperEmail: customer.email }),
    ...(customer.ip !== null && { shopperIP: customer.ip }),
  }
}

/**
 * The body of a charge. 3-D Secure is asked for as a redirect: the native form needs data of the buyer's browser that a command does not
 * carry. Throws `invalid_request` for what Adyen cannot express.
 */
export const chargeBody = (command: ChargeCommand, merchantAccount: string, settings: RequestSettings): ChargeBody => {
  const paymentMethod = paymentMethodOf(command.method, settings.environment)
  const returnUrl = command.returnUrl ?? settings.returnUrl
  if (returnUrl === null)
    return invalid(
      'returnUrl',
      'Adyen wants a URL that buyers come back to: give returnUrl with the payment, or as an option of adyen()',
    )
  const { type } = command.method
  return {
    merchantAccount,
    reference: command.attempt,
    amount: toAdyenAmount(command.amount, command.currency),
    paymentMethod,
    returnUrl,
    metadata: metadataOf(command.merchantReference),
    ...captureFields(command, settings),
    ...((type === 'card' || type === 'google_pay') && {
      authenticationData: { threeDSRequestData: { nativeThreeDS: 'disabled' } },
    }),
    ...shopperFields(command, paymentMethod),
  }
}
