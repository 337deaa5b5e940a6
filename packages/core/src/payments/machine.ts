import type { Machine } from '../kernel/index.ts'

export const ATTEMPT_STATES = [
  'prepared',
  'sent',
  'pending',
  'unknown',
  'abandoned',
  'applied',
  'undone',
  'rejected',
  'not_sent',
  'reversed',
  'never_existed',
] as const
export type AttemptState = (typeof ATTEMPT_STATES)[number]

export type AttemptEvent =
  | 'send'
  | 'skip'
  | 'lost'
  | 'applied'
  | 'rejected'
  | 'pending'
  | 'not_sent'
  | 'abandon'
  | 'reversed'
  | 'absent'
  | 'undone'

/** One command at one gateway. Uncertainty lives here, and leaves only by resolution. */
export const ATTEMPT = {
  prepared: { send: 'sent', skip: 'not_sent', lost: 'unknown' },
  sent: { applied: 'applied', rejected: 'rejected', pending: 'pending', not_sent: 'not_sent', lost: 'unknown' },
  pending: { applied: 'applied', rejected: 'rejected', abandon: 'abandoned' },
  unknown: {
    applied: 'applied',
    rejected: 'rejected',
    pending: 'pending',
    abandon: 'abandoned',
    absent: 'never_existed',
  },
  abandoned: { reversed: 'reversed', absent: 'never_existed', rejected: 'rejected' },
  applied: { undone: 'undone', reversed: 'reversed' },
  undone: { applied: 'applied' },
  rejected: { abandon: 'abandoned' }, // a success after all, which nobody counts on any more
  not_sent: { abandon: 'abandoned' },
  reversed: {},
  never_existed: {},
} as const satisfies Machine<AttemptState, AttemptEvent>
