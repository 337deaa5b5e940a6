import { z } from 'zod'
import { methodView } from './payment.ts'
import { instant, metadata } from './scalars.ts'

/** A customer. */
export const customerView = z.object({
  object: z.literal('customer'),
  id: z.string(),
  name: z.string().exactOptional(),
  email: z.string().exactOptional(),
  reference: z.string().meta({ description: "The merchant's own id." }).exactOptional(),
  metadata,
  createdAt: instant,
})

/** A stored payment method, without its tokens. */
export const paymentMethodView = z.object({
  object: z.literal('payment_method'),
  id: z.string(),
  customer: z.string(),
  method: methodView,
  gateways: z.array(z.string()).meta({ description: 'The gateways for which it has a token.' }),
  createdAt: instant,
})

/** A customer's methods, oldest first. */
export const paymentMethodList = z.object({ object: z.literal('list'), data: z.array(paymentMethodView) })
