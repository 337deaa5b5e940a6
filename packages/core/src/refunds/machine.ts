import type { Machine } from '../kernel/index.ts'

/** A refund that the acquirer accepted can still bounce, and be paid after all. */
export const REFUND = {
  pending: { succeed: 'succeeded', fail: 'failed' },
  succeeded: { fail: 'failed' },
  failed: { succeed: 'succeeded' },
} as const satisfies Machine<'pending' | 'succeeded' | 'failed', 'succeed' | 'fail'>
