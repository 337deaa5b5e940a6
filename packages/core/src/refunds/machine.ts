import { type Machine, step } from '../kernel/index.ts'

/** Every state that a refund can be in. */
export const REFUND_STATES = [
  'requested',
  'approved',
  'denied',
  'expired',
  'processing',
  'succeeded',
  'failed',
] as const
/** One of them. */
export type RefundState = (typeof REFUND_STATES)[number]

type RefundEvent = 'approve' | 'deny' | 'expire' | 'send' | 'succeed' | 'fail'

/**
 * A refund is requested, and approved by the merchant's policy at once or by a person later; it is sent in the commit that approves it, so
 * that no refund rests as `approved`. One that the acquirer accepted can still bounce, and be paid after all.
 */
export const REFUND = {
  requested: { approve: 'approved', deny: 'denied', expire: 'expired' },
  approved: { send: 'processing' },
  processing: { succeed: 'succeeded', fail: 'failed' },
  succeeded: { fail: 'failed' },
  failed: { succeed: 'succeeded' },
  denied: {},
  expired: {},
} as const satisfies Machine<RefundState, RefundEvent>

/** The state after these events, one after another. */
export const stateAfter = (state: RefundState, ...events: readonly RefundEvent[]): RefundState =>
  events.reduce<RefundState>((at, event) => step<RefundState, RefundEvent>(REFUND, at, event), state)
