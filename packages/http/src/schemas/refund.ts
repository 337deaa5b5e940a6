import { REFUND_STATES } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const decision = z.object({
  outcome: z.enum(['approved', 'denied']),
  by: z.string().meta({ description: "The host's own id of who decided." }),
  reason: z.string().exactOptional(),
  at: instant,
})

/** A refund with what was decided about it. */
export const refundDetails = z.object({
  object: z.literal('refund'),
  id: z.string(),
  payment: z.string(),
  status: z.enum(REFUND_STATES).meta({ description: '`requested` waits for a person; `processing` is on its way.' }),
  amount,
  currency,
  reason: z.string().exactOptional(),
  because: z
    .array(z.string())
    .meta({ description: "The rules of the merchant's policy for which a person decides." })
    .exactOptional(),
  expiresAt: instant.exactOptional(),
  decision: decision.exactOptional(),
  attempt: z.string().exactOptional(),
  payout: z.string().exactOptional(),
  createdAt: instant,
  updatedAt: instant,
})

/** One page of refunds. */
export const refundPage = pageOf(refundDetails)
