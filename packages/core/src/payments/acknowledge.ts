import { attemptData, backoffMs } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'

/** The gateway said "received" to a command that acts on a charge, and decides later: it is asked again until it has. */
export const acknowledge = (draft: PaymentDraft, attempt: AttemptRow, expiresAt: number, event: string): void => {
  const tries = attempt.tries + 1
  const set = { awaits: 'gateway' as const, expiresAt, due: draft.now + backoffMs(tries), tries }
  if (attempt.state === 'pending') return draft.touch(attempt.id, set)
  draft.move(attempt.id, 'pending', set)
  draft.event(event, attemptData(attempt))
}
