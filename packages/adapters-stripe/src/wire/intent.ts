import { z } from 'zod'
import { wireCharge } from './charge.ts'
import { wireError } from './error.ts'
import { wireSecond } from './in-shape.ts'

/** A count of Stripe's money. */
export const wireAmount = z.int().min(0)
/** Metadata of an object. */
export const wireMetadata = z.record(z.string(), z.string())

const id = z.string().regex(/^[A-Za-z][\w-]{2,254}$/)

/** Where a PaymentIntent can stand (docs.stripe.com/payments/paymentintents/lifecycle). A new one is read by nobody here. */
const STATUSES: ReadonlySet<string> = new Set([
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
])

/** Whether this adapter knows what a status means. */
export const isKnownStatus = (status: string): boolean => STATUSES.has(status)

/** Where the buyer has to go; only what is read of it. */
const wireNextAction = z.object({
  type: z.string(),
  redirect_to_url: z.object({ url: z.url({ protocol: /^https?$/ }) }).nullish(),
})

/** The part of a PaymentIntent that is read. Fields that are new are tolerated; missing or changed ones are not. */
export const wireIntent = z.object({
  id,
  object: z.literal('payment_intent'),
  status: z.string(),
  amount: wireAmount,
  amount_capturable: wireAmount,
  amount_received: wireAmount,
  currency: z.string(),
  capture_method: z.string(),
  livemode: z.boolean(),
  created: wireSecond,
  metadata: wireMetadata,
  client_secret: z.string().nullish(),
  cancellation_reason: z.string().nullish(),
  last_payment_error: wireError.nullish(),
  latest_charge: z.union([id, wireCharge]).nullish(),
  next_action: wireNextAction.nullish(),
})
/** A PaymentIntent, as far as it is read. */
export type WireIntent = z.output<typeof wireIntent>
