import { z } from 'zod'
import { wireSecond } from './in-shape.ts'

/** What Stripe kept of a charge, where it is booked already; its id where it was not asked for. */
const wireTransaction = z.object({
  object: z.literal('balance_transaction'),
  type: z.string(),
  amount: z.int(),
  fee: z.int(),
  currency: z.string(),
})

const wireCard = z.object({
  brand: z.string().nullish(),
  network: z.string().nullish(),
  last4: z.string().nullish(),
  country: z.string().nullish(),
  network_transaction_id: z.string().nullish(),
  capture_before: wireSecond.nullish(),
})

/** The part of a Charge that is read. */
export const wireCharge = z.object({
  id: z.string().regex(/^[A-Za-z][\w-]{2,254}$/),
  object: z.literal('charge'),
  amount: z.int().min(0),
  currency: z.string(),
  captured: z.boolean(),
  livemode: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  payment_intent: z.string().nullish(),
  balance_transaction: z.union([z.string(), wireTransaction]).nullish(),
  payment_method_details: z.object({ type: z.string(), card: wireCard.nullish() }).nullish(),
})
/** A Charge, as far as it is read. */
export type WireCharge = z.output<typeof wireCharge>
