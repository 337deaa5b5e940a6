import { z } from 'zod'
import { METHOD_TYPES } from '../gateways/index.ts'

/** Printable text of at most so many characters. Card numbers are refused at the gate, wherever they stand. */
export const textInput = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters, nor half of a surrogate pair')

/** A merchant's own name for an order: 1 to 255 characters without `:` (which gateways use as a separator in signatures). */
export const referenceInput = textInput(255)
  .regex(/^[^:]*$/, "must not hold ':'")
  .meta({ description: "The merchant's own reference of the order; one order is paid once.", example: 'order-1001' })

const AMOUNT_MAX = 64 // characters: the largest amount has 18, and fingerprints of keys are made of what was written

/** Numbers go through to `parseAmount`, whose error names what they should have been written as. */
const mayBeAmount = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.length <= AMOUNT_MAX
    : value === undefined || typeof value === 'number' || typeof value === 'bigint'

export const amountInput = z.unknown().refine(mayBeAmount, "must be a decimal string, such as '49.90'").meta({
  type: 'string',
  description: 'Decimal string in the currency, never a number.',
  example: '49.90',
}) as unknown as z.ZodType<string>
export const currencyInput = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code in capitals, such as 'EUR'")
/** Some gateways' browser fields hand over what they encrypted instead of a short token: several kilobytes. */
const token = textInput(16_384)
export const metadataInput = z
  .record(textInput(64), textInput(1024))
  .refine((all) => Object.keys(all).length <= 50, 'at most 50 entries')

/** How the buyer pays: a token of the default gateway, a token per gateway, or a stored payment method. */
export const methodInput = z.union([
  z.strictObject({ type: z.enum(METHOD_TYPES), token, brand: textInput(64).optional() }),
  z.strictObject({ type: z.enum(METHOD_TYPES), tokens: z.record(z.string(), token), brand: textInput(64).optional() }),
  z.strictObject({ paymentMethod: z.string().startsWith('pm_') }),
])

/** A seller, by the host's own name. */
export const ownerInput = textInput(64).regex(/^[\w.-]+$/)

/** One seller's order within a checkout. */
export const orderInput = z.strictObject({
  reference: referenceInput,
  seller: ownerInput,
  amount: amountInput,
})

/** A payment to create. Strict: a field that it does not know is refused. */
export const createPaymentInput = z.strictObject({
  reference: referenceInput,
  amount: amountInput,
  currency: currencyInput,
  method: methodInput,
  capture: z.enum(['automatic', 'manual']).default('automatic'),
  /** Asks this gateway and no other. */
  gateway: z.string().optional(),
  returnUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  description: textInput(500).optional(),
  customer: z.string().startsWith('cus_').optional(),
  buyer: z
    .strictObject({
      email: z.email().optional(),
      name: textInput(200).optional(),
      ip: z.union([z.ipv4(), z.ipv6()]).optional(),
      /** Where routing rules ask for a country, and nobody knows the card's. */
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be a country code of ISO 3166-1 in capitals, such as DE or GB')
        .optional(),
    })
    .optional(),
  metadata: metadataInput.optional(),
  /** Where no gateway can be asked now: wait for one, or be declined. The merchant's setting if absent. */
  whenDown: z.enum(['queue', 'fail']).optional(),
  /**
   * Captures are converted into this currency in the commit that books them: by a quote, or at the rate of this moment. Refunds convert back at
   * the same rate.
   */
  settle: z.strictObject({ currency: currencyInput, quote: z.string().startsWith('fxq_').optional() }).optional(),
  /** A checkout: several orders of several sellers, whose amounts sum to `amount`. */
  orders: z.array(orderInput).min(1).max(100).optional(),
})
/** A payment to create, as a caller writes it. */
export type CreatePaymentInput = z.input<typeof createPaymentInput>

export const namedPartsInput = z
  .array(z.strictObject({ id: z.string().startsWith('alc_'), amount: amountInput }))
  .min(1)
  .max(100)

/** A capture: all that is open where no amount is given. */
export const captureInput = z.strictObject({
  amount: amountInput.optional(),
  /** Releases what is not captured. */
  final: z.boolean().default(true),
  orders: namedPartsInput.optional(),
})
/** A capture, as a caller writes it. */
export type CaptureInput = z.input<typeof captureInput>

/** A refund: all that is left where no amount is given. */
export const refundInput = z.strictObject({
  amount: amountInput.optional(),
  reason: textInput(500).optional(),
  orders: namedPartsInput.optional(),
})
/** A refund, as a caller writes it. */
export type RefundInput = z.input<typeof refundInput>

/** Another attempt on the same payment. */
export const retryInput = z.strictObject({ method: methodInput, gateway: z.string().optional() })
/** Another attempt, as a caller writes it. */
export type RetryInput = z.input<typeof retryInput>

/** What came along when the buyer returned: the query of the return URL, as it is. */
export const resumeInput = z.strictObject({ payload: z.record(z.string().max(100), z.string().max(8192)).default({}) })
/** What the buyer brought back, as a caller writes it. */
export type ResumeInput = z.input<typeof resumeInput>

/** A cancel carries nothing. */
export const cancelInput = z.strictObject({})

/** The new total of an authorisation. */
export const incrementInput = z.strictObject({ amount: amountInput })
/** The new total, as a caller writes it. */
export type IncrementInput = z.input<typeof incrementInput>

/** How to read a payment. */
export const getInput = z.strictObject({ refresh: z.boolean().default(false) })
/** How to read a payment, as a caller writes it. */
export type GetOptions = z.input<typeof getInput>

/** Which payments to list: newest first, at most 100 a page. */
export const listInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
  reference: referenceInput.optional(),
})
/** Which payments to list, as a caller writes it. */
export type ListInput = z.input<typeof listInput>

/** 1 to 255 printable ASCII characters (FAILURES 3). */
export const idempotencyKeyInput = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
