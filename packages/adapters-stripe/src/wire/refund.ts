import { z } from 'zod'
import { wireSecond } from './in-shape.ts'

/** The part of a Refund that is read. */
export const wireRefund = z.object({
  id: z.string().regex(/^[A-Za-z][\w-]{2,254}$/),
  object: z.literal('refund'),
  amount: z.int().min(0),
  currency: z.string(),
  created: wireSecond,
  status: z.string().nullable(),
  payment_intent: z.string().nullish(),
  balance_transaction: z.union([z.string(), z.object({})]).nullish(),
  metadata: z.record(z.string(), z.string()).nullable(),
  reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
})
/** A Refund, as far as it is read. */
export type WireRefund = z.output<typeof wireRefund>
