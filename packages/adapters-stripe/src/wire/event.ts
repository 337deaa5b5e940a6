import { z } from 'zod'
import { wireSecond } from './in-shape.ts'

/** The envelope of an event, in which Stripe sends a snapshot of the object that it is about. */
export const wireEvent = z.object({
  object: z.literal('event'),
  id: z.string(),
  type: z.string(),
  created: wireSecond,
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.object({ object: z.unknown(), previous_attributes: z.record(z.string(), z.unknown()).nullish() }),
})
/** An event, as far as it is read. */
export type WireEvent = z.output<typeof wireEvent>
