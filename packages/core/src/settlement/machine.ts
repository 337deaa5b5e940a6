import type { Machine } from '../kernel/index.ts'

/** What a settlement can be in. */
export const SETTLEMENT_STATES = [
  'pending',
  'calculating',
  'calculated',
  'approved',
  'processing',
  'completed',
  'failed',
  'held',
] as const
/** One of them; there is no other list. */
export type SettlementState = (typeof SETTLEMENT_STATES)[number]

/** What can happen to a settlement. */
export type SettlementEvent =
  | 'calculate'
  | 'calculated'
  | 'approve'
  | 'recalculate'
  | 'process'
  | 'complete'
  | 'fail'
  | 'retry'
  | 'resume'
  | 'hold'
  | 'release'

/**
 * A settlement's life. Money moves with `process`: before it an operator may hold it, after it nothing takes it back. What failed before
 * its money moved is calculated anew (`retry`), what failed after it goes on from there (`resume`). `recalculate` is where less than
 * what was approved is left by the time it is to move.
 */
export const SETTLEMENT = {
  pending: { calculate: 'calculating', hold: 'held' },
  calculating: { calculated: 'calculated', fail: 'failed', hold: 'held' },
  calculated: { approve: 'approved', hold: 'held' },
  approved: { process: 'processing', recalculate: 'pending', hold: 'held' },
  processing: { complete: 'completed', fail: 'failed' },
  failed: { retry: 'pending', resume: 'processing' },
  held: { release: 'pending' },
  completed: {},
} as const satisfies Machine<SettlementState, SettlementEvent>
