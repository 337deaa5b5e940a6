import { z } from 'zod'

/**
 * The part of an error that is read: codes only. Stripe's `message` is written for the shop's developers, and is never passed on.
 * `payment_intent` stays unread here; whoever needs it checks its shape.
 */
export const wireError = z.object({
  type: z.string(),
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  advice_code: z.string().nullish(),
  network_advice_code: z.string().nullish(),
  network_decline_code: z.string().nullish(),
  payment_method: z.object({ card: z.object({ brand: z.string().nullish() }).nullish() }).nullish(),
  payment_intent: z.unknown().optional(),
})
/** Stripe's error, as far as it is read. */
export type WireError = z.output<typeof wireError>

/** The body of an error answer. */
export const wireErrorBody = z.object({ error: wireError })
