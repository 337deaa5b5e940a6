import { attemptData, type DecideContext } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'

/** Gives up on open charges, in one commit with the obligation to reverse each of them (FAILURES 2.10). */
export const putAside = (draft: PaymentDraft, open: readonly AttemptRow[], context: DecideContext): void => {
  for (const attempt of open) {
    draft.move(attempt.id, 'abandon', { due: null, awaits: null, action: null })
    draft.oblige(context.oblige(attempt))
    draft.event('attempt.abandoned', attemptData(attempt))
  }
}
