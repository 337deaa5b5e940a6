import { isFlorinError } from '@florin/core'
import { adyenDecimals, toIso } from './minor-units.ts'
import type { Merchant } from './payment.ts'
import { FOREIGN_ACCOUNT, invalid, malformed } from './problem.ts'
import type { State } from './state.ts'

/** A request's JSON object, read strictly: what is wrong is refused as Adyen refuses it. */
export type Body = Readonly<Record<string, unknown>>

/** A request's body. */
export const parseBody = (text: string): Body => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('Unexpected input: the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('Unexpected input: the body is not a JSON object')
  return value as Body
}

const MODIFICATION = 'amount applicationInfo enhancedSchemeData lineItems merchantAccount reference splits'

/** The top-level fields of each request in Adyen's OpenAPI document of Checkout v71. */
const FIELDS = {
  PaymentRequest: new Set(
    `accountInfo additionalAmount additionalData amount applicationInfo authenticationData bankAccount billingAddress browserInfo
    captureDelayHours channel checkoutAttemptId company conversionId countryCode dateOfBirth dccQuote deliverAt deliveryAddress deliveryDate
    deviceFingerprint enableOneClick enablePayOut enableRecurring enhancedSchemeData entityType fraudOffset fundOrigin fundRecipient
    industryUsage installments lineItems localizedShopperStatement mandate mcc merchantAccount merchantOrderReference merchantRiskIndicator
    metadata mpiData order orderReference origin paymentMethod paymentValidations platformChargebackLogic recurringExpiry recurringFrequency
    recurringProcessingModel redirectFromIssuerMethod redirectToIssuerMethod reference returnUrl riskData sessionValidity shopperConversionId
    shopperEmail shopperIP shopperInteraction shopperLocale shopperName shopperReference shopperStatement shopperTaxInfo socialSecurityNumber
    splits store storePaymentMethod subMerchants surcharge telephoneNumber threeDS2RequestData threeDSAuthenticationOnly
    trustedShopper`.split(/\s+/),
  ),
  PaymentDetailsRequest: new Set(['authenticationData', 'details', 'paymentData', 'threeDSAuthenticationOnly']),
  PaymentCaptureRequest: new Set(`${MODIFICATION} platformChargebackLogic subMerchants`.split(' ')),
  PaymentCancelRequest: new Set('applicationInfo enhancedSchemeData merchantAccount reference'.split(' ')),
  PaymentReversalRequest: new Set('applicationInfo enhancedSchemeData merchantAccount reference'.split(' ')),
  PaymentRefundRequest: new Set(`${MODIFICATION} capturePspReference merchantRefundReason store`.split(' ')),
  PaymentAmountUpdateRequest: new Set(`${MODIFICATION} industryUsage`.split(' ')),
  StandalonePaymentCancelRequest: new Set(
    'applicationInfo enhancedSchemeData merchantAccount paymentReference reference'.split(' '),
  ),
} as const

/** Adyen's names of the requests that the double reads. */
export type RequestName = keyof typeof FIELDS

/** Refuses fields that the request does not have. */
export const checkFields = (name: RequestName, body: Body): void => {
  const unknown = Object.keys(body).filter((field) => !FIELDS[name].has(field))
  if (unknown.length > 0)
    throw malformed(`Structure of ${name} contains the following unknown fields: [${unknown.join(', ')}]`)
}

/** The merchant account that a request names. */
export const merchantIn = (state: State, body: Body): Merchant => {
  const merchant = state.merchants.get(typeof body.merchantAccount === 'string' ? body.merchantAccount : '')
  if (merchant === undefined) throw FOREIGN_ACCOUNT
  return merchant
}

/** An amount in Adyen's minor units. */
export interface WireAmount {
  readonly value: bigint
  readonly currency: string
}

/** `amount`. `least` is 1 but for payments, where zero verifies a card. */
export const amountIn = (body: Body, least: bigint): WireAmount => {
  const amount = objectIn(body, 'amount')
  if (amount === null) throw invalid('100', "Required object 'amount' is not provided.")
  const { value, currency } = amount
  if (typeof currency !== 'string' || adyenDecimals(currency) === null)
    throw invalid('138', 'Unsupported currency specified')
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || BigInt(value) < least || !isWhole(value, currency))
    throw invalid('137', 'Invalid amount specified')
  return { value: BigInt(value), currency }
}

/** Pesos and krónur have two decimals at Adyen and none in life. */
const isWhole = (value: number, currency: string): boolean => {
  try {
    toIso(BigInt(value), currency)
    return true
  } catch (error) {
    if (isFlorinError(error)) return false
    throw error
  }
}

const REFERENCE_MAX = 80

/** A reference of ours: the payment's, which must be there, or a modification's. */
export const referenceIn = (body: Body, field = 'reference'): string | null => {
  const reference = textIn(body, field)
  if (reference !== null && reference.length > REFERENCE_MAX)
    throw invalid('702', `Field '${field}' is longer than ${REFERENCE_MAX} characters`)
  return reference
}

/** A text that is not empty, or null where there is none. */
export const textIn = (body: Body, field: string): string | null => {
  const value = body[field]
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') throw malformed(`Unexpected input: '${field}' is not a string`)
  return value
}

/** An object, or null where there is none. */
export const objectIn = (body: Body, field: string): Body | null => {
  const value = body[field]
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || Array.isArray(value))
    throw malformed(`Unexpected input: '${field}' is not an object`)
  return value as Body
}

const METADATA_MAX = { entries: 20, key: 20, value: 80 }

/** `metadata`: 20 entries, 20 characters a key, 80 a value. */
export const checkMetadata = (body: Body): void => {
  const entries = Object.entries(objectIn(body, 'metadata') ?? {})
  const fits = ([key, value]: [string, unknown]): boolean =>
    key.length <= METADATA_MAX.key && typeof value === 'string' && value.length <= METADATA_MAX.value
  if (entries.length > METADATA_MAX.entries || !entries.every(fits)) throw invalid('177', 'Metadata size exceeds limit')
}
