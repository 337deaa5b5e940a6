import { FlorinError } from '../kernel/index.ts'
import { attemptData, type DecideContext } from './context.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptRow } from './records.ts'
import { isExternal, isOpen, openHold, winnerOf } from './state.ts'

/** Whether the last of this charge's captures was made: what it left is to be given back, and nothing more is captured (FAILURES 2.18). */
export const isClosed = (draft: Pick<PaymentDraft, 'state'>, charge: string | null): boolean =>
  draft.state.attempts.some(
    (one) =>
      one.kind === 'capture' && one.parent === charge && one.final && one.state === 'applied' && !isExternal(one),
  )

/**
 * What a final capture leaves at a gateway whose captures give nothing back: it is canceled, as an attempt of its own and in the very commit
 * that knows of the last capture. Not while a capture is on its way, which the cancel could overtake. True where the rest is not given back
 * yet, so that the books must go on holding it.
 */
export const cancelRest = (draft: PaymentDraft, capture: AttemptRow, context: DecideContext): boolean => {
  const charge = winnerOf(draft.state)
  const { attempts } = draft.state
  const rest = openHold(draft.payment)
  if (charge === undefined || charge.id !== capture.parent || !isClosed(draft, charge.id)) return false
  if (context.finalCaptureReleases(draft.state, charge)) return false
  if (attempts.some((one) => one.kind === 'capture' && isOpen(one) && !isExternal(one))) return true
  const cancels = attempts.filter((one) => one.kind === 'cancel' && one.parent === charge.id)
  if (rest <= 0n || cancels.some(({ state }) => state === 'applied')) return false
  if (cancels.some(isOpen)) return true
  const { origination } = capture
  const spec = { kind: 'cancel', parent: charge, gatewayId: null, amount: rest, final: true, origination } as const
  const cancel = context.tryPrepare(draft.state, spec)
  if (cancel instanceof FlorinError) {
    draft.event('payment.cancel_failed', { ...attemptData(charge), code: cancel.code })
    return true
  }
  draft.addAttempt(cancel)
  draft.event('payment.cancel_requested', { ...attemptData(cancel), because: 'final_capture' })
  return true
}

/**
 * Whether what a capture gives back when it fails is held for nobody: the authorisation was given back, or another capture was its last one,
 * which gave back what was left. What came free before that went with it, and what comes free after it is nobody's either: so the order of
 * the two reports does not matter.
 */
export const isHeldForNobody = (
  draft: Pick<PaymentDraft, 'state'>,
  { id, parent }: AttemptRow,
  context: DecideContext,
): boolean => {
  const { attempts } = draft.state
  const own = attempts.filter((one) => one.parent === parent && one.state === 'applied')
  if (own.some(({ kind }) => kind === 'cancel')) return true
  const charge = winnerOf(draft.state)
  if (charge === undefined || charge.id !== parent || !context.finalCaptureReleases(draft.state, charge)) return false
  return own.some((one) => one.kind === 'capture' && one.id !== id && one.final && !isExternal(one))
}
