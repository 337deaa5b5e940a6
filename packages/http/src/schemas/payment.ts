import { PAYMENT_DISPUTE_STATES, PAYMENT_STATUSES, REFUND_STATES } from '@florin/core'
import { DECLINE_CLASSES, METHOD_TYPES, NEXT_STEPS_AFTER_DECLINE } from '@florin/core/gateways'
import { z } from 'zod'
import { amount, currency, instant, metadata, pageOf } from './scalars.ts'

/** How to read a payment. */
export const getQuery = z.strictObject({
  refresh: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Ask gateways first about what is not known. Slower; recovery asks by itself.' }),
})

/** What is shown of an instrument. */
export const methodView = z.object({
  type: z.enum(METHOD_TYPES),
  brand: z.string().exactOptional(),
  network: z.string().exactOptional(),
  bin: z.string().exactOptional(),
  last4: z.string().exactOptional(),
})

/** What the buyer has to do. */
export const actionView = z
  .object({
    type: z.enum(['redirect', 'bank_transfer', 'sdk']),
    url: z.string().optional().meta({ description: "Where to send the buyer's browser." }),
    method: z.enum(['GET', 'POST']).optional(),
    data: z.record(z.string(), z.string()).optional(),
  })
  .meta({
    description:
      'What the buyer has to do: while the status is `requires_action`, and where to send the money while a transfer is awaited.',
  })

/** Why the newest attempt was refused. */
export const declineView = z
  .object({
    class: z.enum(DECLINE_CLASSES),
    code: z.string().meta({ description: 'The same for every gateway.', examples: ['insufficient_funds'] }),
    next: z.enum(NEXT_STEPS_AFTER_DECLINE).meta({ description: 'What may sensibly follow.' }),
    message: z.string().meta({ description: 'May be shown to the buyer.' }),
    gatewayCode: z.string().nullable(),
    networkAdvice: z.string().nullable(),
  })
  .meta({ description: 'Why the newest attempt was refused; present while the status is `declined`.' })

/** One refund of a payment. */
export const refundView = z.object({
  id: z.string(),
  status: z.enum(REFUND_STATES),
  amount,
  createdAt: instant,
})

/** One seller's order within a checkout. */
export const orderView = z.object({
  id: z.string(),
  seller: z.string(),
  reference: z.string(),
  amount,
  captured: amount,
  refunded: amount,
})

/** Where captures are converted. */
export const settleView = z
  .object({
    currency,
    rate: z.string().meta({ description: "Units of it for one of the payment's currency.", examples: ['0.9154'] }),
    quote: z.string(),
    amount: amount.meta({ description: 'What has come to the merchant so far, after fees, less what went back.' }),
  })
  .meta({ description: 'Where captures are converted into another currency as they are booked.' })

const moneyState = z.enum(['none', 'pending', 'partial', 'full'])

/** A payment as every operation on it answers. */
export const paymentView = z.object({
  object: z.literal('payment'),
  id: z.string().meta({ examples: ['pay_01m7xrmmy0e00bxpeejxas9kz8'] }),
  status: z.enum(PAYMENT_STATUSES),
  coarseStatus: z
    .enum(['PENDING', 'PROCESSING', 'SUCCESS', 'FAILED'])
    .meta({ description: 'Four words for dashboards that know no more than that.' }),
  reference: z.string().meta({ description: "The merchant's own name for the order." }),
  amount,
  currency,
  authorized: amount,
  captured: amount,
  refunded: amount,
  disputed: amount,
  capturable: amount,
  refundable: amount,
  capture: z.enum(['automatic', 'manual']),
  captureState: moneyState,
  refundState: moneyState,
  disputeState: z.enum(PAYMENT_DISPUTE_STATES),
  needsReview: z.boolean().meta({ description: 'A person should look; the timeline says why.' }),
  method: methodView,
  gateway: z.string().nullable(),
  action: actionView.exactOptional(),
  decline: declineView.exactOptional(),
  refunds: z.array(refundView),
  settle: settleView.exactOptional(),
  checkout: z.string().exactOptional(),
  orders: z.array(orderView).exactOptional(),
  customer: z.string().exactOptional(),
  description: z.string().exactOptional(),
  metadata,
  createdAt: instant,
  updatedAt: instant,
  expiresAt: instant,
  authorizedUntil: instant.exactOptional(),
  parkedUntil: instant
    .meta({ description: 'While no gateway can take it: until when it waits for one that can.' })
    .exactOptional(),
  version: z.int().meta({ description: 'Rises with every change.' }),
})

/** One page of payments, newest first. */
export const paymentPage = pageOf(paymentView)
