import { formatAmount } from '@florin/core/gateways'
import type { TokenOutcome } from './tokens.ts'

/** An operation in the double's books. */
export interface BookedOperation {
  readonly id: string
  readonly kind: 'capture' | 'cancellation' | 'refund'
  readonly reference: string | null
  readonly amount: bigint
  readonly at: number
  state: 'accepted' | 'done' | 'failed' | 'returned'
  failure: string | null
}

/** An order in the double's books. */
export interface BookedOrder {
  readonly id: string
  readonly reference: string
  readonly mode: 'hold' | 'sale'
  readonly amount: bigint
  readonly currency: string
  readonly returnUrl: string | null
  readonly operations: BookedOperation[]
  state: 'open' | 'awaiting_buyer' | 'held' | 'captured' | 'declined' | 'voided' | 'lapsed'
  /** When an order that waits, or a hold, lapses. */
  expiresAt: number
  /** How its token ends, once it was paid. */
  outcome: TokenOutcome | null
  declined: { readonly code: string; readonly advice: string | null } | null
}

/** What an order has taken. */
export const capturedOf = ({ mode, state, amount, operations }: BookedOrder): bigint => {
  if (state !== 'captured') return 0n
  return mode === 'sale' ? amount : (operations.find(({ kind }) => kind === 'capture')?.amount ?? 0n)
}

/** What went back, or is on its way back. */
export const refundedOf = ({ operations }: BookedOrder): bigint =>
  operations.reduce(
    (sum, { kind, state, amount }) =>
      kind === 'refund' && (state === 'accepted' || state === 'done') ? sum + amount : sum,
    0n,
  )

const text = (instant: number): string => new Date(instant).toISOString()

/** Orders that may still become something else, and lapse if they do not. */
export const UNDECIDED: ReadonlySet<BookedOrder['state']> = new Set(['open', 'awaiting_buyer', 'held'])

/** An order as it is written into answers and webhooks. */
export const wireOf = (order: BookedOrder, merchant: string, origin: string): object => ({
  id: order.id,
  reference: order.reference,
  merchant,
  mode: order.mode,
  state: order.state,
  amount: formatAmount(order.amount, order.currency),
  currency: order.currency,
  pay_url: order.state === 'awaiting_buyer' ? `${origin}/pay/${order.id}` : null,
  expires_at: UNDECIDED.has(order.state) ? text(order.expiresAt) : null,
  decline: order.declined,
  card: order.outcome === null ? null : { scheme: 'mastercard', last4: '4444' },
  operations: order.operations.map((operation) => ({
    ...operation,
    amount: formatAmount(operation.amount, order.currency),
    at: text(operation.at),
  })),
})
