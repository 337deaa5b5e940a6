import type { Machine } from '../kernel/index.ts'

/** The states of a payout. */
export const PAYOUT_STATES = [
  'created', // waits for somebody's approval
  'approved', // may be sent, and was not
  'submitted', // its request is committed: it may be on its way; or it is in a file that was given out
  'unknown', // it was sent, and nobody knows what came of that
  'processing', // the rail has it
  'paid', // the money has left our bank, for certain
  'failed', // it never will
  'returned', // it was paid, and came back
  'canceled', // before anything was sent
] as const
/** One of the states. */
export type PayoutState = (typeof PAYOUT_STATES)[number]

/** What can happen to a payout. */
export type PayoutEvent = 'approve' | 'cancel' | 'submit' | 'unsent' | 'lost' | 'accept' | 'reject' | 'pay' | 'return'

/**
 * `pay` and `return` are facts: a bank tells them, in any order and of whatever we believed (FAILURES 2.19, 2.20). A return is told of a
 * payment even where nobody told that first. What came back never leaves again: a new payout is made instead.
 */
export const PAYOUT = {
  created: { approve: 'approved', cancel: 'canceled', pay: 'paid', return: 'returned' },
  approved: { submit: 'submitted', cancel: 'canceled', pay: 'paid', return: 'returned' },
  submitted: {
    unsent: 'approved',
    lost: 'unknown',
    accept: 'processing',
    reject: 'failed',
    pay: 'paid',
    return: 'returned',
  },
  unknown: { submit: 'submitted', accept: 'processing', reject: 'failed', pay: 'paid', return: 'returned' },
  processing: { reject: 'failed', pay: 'paid', return: 'returned' },
  paid: { return: 'returned' },
  failed: { pay: 'paid', return: 'returned' },
  canceled: { pay: 'paid', return: 'returned' },
  returned: {},
} as const satisfies Machine<PayoutState, PayoutEvent>
