import { z } from 'zod'

/** Adyen's references of payments and modifications: 16 characters as a rule. Strict, because they become part of a path. */
const pspReference = z.string().regex(/^[A-Za-z0-9_]{1,64}$/)
const amount = z.object({ value: z.int().min(0), currency: z.string().regex(/^[A-Z]{3}$/) })

const text = z.string().optional().catch(undefined)

/** What a payment's answer says about the instrument and the scheme: extra, so what is not as documented is left out. */
const additionalData = z
  .object({
    cardSummary: text,
    cardBin: text,
    issuerBin: text,
    cardIssuingCountry: text,
    paymentMethod: text,
    networkTxReference: text,
    merchantAdviceCode: text,
  })
  .optional()
  .catch(undefined)

/** An action is passed on to the buyer's device as it came; the few fields that are read are checked. */
const action = z.looseObject({ type: z.string().min(1), url: z.string().optional(), method: z.string().optional() })

/** `PaymentResponse` and `PaymentDetailsResponse`, as far as they are read. */
export const paymentSchema = z.object({
  resultCode: z.string(),
  pspReference: pspReference.optional(),
  merchantReference: z.string().optional(),
  amount: amount.optional(),
  refusalReasonCode: z.string().optional(),
  action: action.optional(),
  paymentMethod: z.object({ brand: text, type: text }).optional().catch(undefined),
  additionalData,
})

/** A payment's answer. */
export type WirePayment = z.output<typeof paymentSchema>
/** What the buyer has to do. */
export type WireAction = z.output<typeof action>

/** `PaymentCaptureResponse` and its sisters, and `StandalonePaymentCancelResponse`. */
export const modificationSchema = z.object({
  merchantAccount: z.string(),
  pspReference,
  status: z.string(),
  reference: z.string().optional(),
  paymentPspReference: pspReference.optional(),
  paymentReference: z.string().optional(),
  amount: amount.optional(),
})

/** The acknowledgement of a modification. */
export type WireModification = z.output<typeof modificationSchema>

/** `ServiceError`. */
export const errorSchema = z.object({
  status: z.int().optional(),
  errorCode: z.string().regex(/^[0-9]{1,4}(?:_[0-9]{1,4})?$/),
  errorType: z.string(),
  message: z.string(),
})
