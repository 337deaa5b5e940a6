import { digest, type Id } from '../../kernel/index.ts'
import type { MethodInput, PaymentDetails } from './details.ts'

/** One seller's order within a checkout to create. */
export interface OrderRequest {
  readonly seller: string
  readonly reference: string
  readonly amount: bigint
}

/** A payment to create: validated, amounts in minor units, tokens resolved. */
export interface CreateRequest {
  readonly merchant: string
  readonly reference: string
  readonly amount: bigint
  readonly currency: string
  readonly capture: 'automatic' | 'manual'
  readonly method: MethodInput
  readonly gateway: string | null
  readonly customer: Id<'cus'> | null
  readonly orders: readonly OrderRequest[]
  readonly details: PaymentDetails
  /** Into which currency captures are converted, and by which quote; without one, at the rate of this moment. */
  readonly settle: { readonly currency: string; readonly quote: string | null } | null
  /** The caller's key, or null to be keyed by the reference. */
  readonly idempotencyKey: string | null
  /** Where no gateway can be asked: wait for one, or be declined. */
  readonly whenDown: 'queue' | 'fail'
  readonly whenInFlight: 'conflict' | 'wait'
}

/** The economic content of a create: what a key stands for. */
export const fingerprintOf = (request: CreateRequest): Uint8Array =>
  digest('florin.create.v1', {
    reference: request.reference,
    amount: request.amount,
    currency: request.currency,
    capture: request.capture,
    type: request.method.type,
    tokens: request.method.tokens,
    gateway: request.gateway,
    customer: request.customer,
    ...(request.settle === null ? {} : { settle: [request.settle.currency, request.settle.quote] }),
    orders: request.orders.map((order) => [order.seller, order.reference, order.amount]),
  })
