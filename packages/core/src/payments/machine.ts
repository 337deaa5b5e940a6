import type { Machine } from '../kernel/index.ts'

/** What is known of a command at a gateway. More may come. */
export const ATTEMPT_STATES = [
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
  | 'lost'
  | 'applied'
  | 'rejected'
  | 'pending'
  | 'not_sent'
  | 'abandon'
  | 'reversed'
  | 'absent'
  | 'undone'
  | 'late'

/** One command at one gateway. Uncertainty lives here, and leaves only by resolution. */
export const ATTEMPT = {
  sent: {
    applied: 'applied',
    rejected: 'rejected',
    pending: 'pending',
    not_sent: 'not_sent',
    lost: 'unknown',
    undone: 'undone',
  },
  pending: { applied: 'applied', rejected: 'rejected', abandon: 'abandoned', undone: 'undone' },
  unknown: {
    applied: 'applied',
    rejected: 'rejected',
    pending: 'pending',
    abandon: 'abandoned',
    undone: 'undone',
  },
  abandoned: { reversed: 'reversed', absent: 'never_existed', rejected: 'rejected' },
  applied: { undone: 'undone', reversed: 'reversed' },
  undone: { applied: 'applied', abandon: 'abandoned' }, // recaptured; a charge whose payment is closed by then has to be reversed
  // A success after all: nobody counts on a charge's any more; what else was done is booked.
  rejected: { abandon: 'abandoned', late: 'applied' },
  not_sent: { abandon: 'abandoned', late: 'applied' },
  // The proof that it was gone was a cancel that it overtook, or came before it: it has to be reversed once more.
  reversed: { abandon: 'abandoned' },
  never_existed: { abandon: 'abandoned' },
} as const satisfies Machine<AttemptState, AttemptEvent>
