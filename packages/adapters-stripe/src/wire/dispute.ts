import { z } from 'zod'
import { wireSecond } from './in-shape.ts'

const id = z.string().regex(/^[A-Za-z][\w-]{2,254}$/)
const named = z.union([id, z.object({ id })])

/** What a dispute took from the balance, or brought back. In the currency of the balance, which need not be the dispute's. */
const wireMovement = z.object({
  id,
  amount: z.int(),
  fee: z.int(),
  currency: z.string(),
  created: wireSecond,
})
/** A movement of a dispute's money. */
export type WireMovement = z.output<typeof wireMovement>

const wireMethod = z.object({
  card: z
    .object({
      brand: z.string().nullish(),
      network: z.string().nullish(),
      network_reason_code: z.string().nullish(),
      case_type: z.string().nullish(),
    })
    .nullish(),
})

/** The part of a Dispute that is read. */
export const wireDispute = z.object({
  id,
  object: z.literal('dispute'),
  amount: z.int().min(0),
  currency: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  network_reason_code: z.string().nullish(),
  livemode: z.boolean(),
  charge: named,
  payment_intent: named.nullish(),
  balance_transactions: z.array(wireMovement).max(100),
  evidence_details: z.object({ due_by: wireSecond.nullish(), submission_count: z.int().min(0) }),
  payment_method_details: wireMethod.nullish(),
})
/** A Dispute, as far as it is read. */
export type WireDispute = z.output<typeof wireDispute>

/** The id of what is an id, or an object with one. */
export const idOf = (value: z.output<typeof named>): string => (typeof value === 'string' ? value : value.id)
