import { type ErrorCode, FlorinError } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import type { PaymentRow } from './records.ts'
import { type PaymentState, unresolvedOf } from './state.ts'

const ASK_AGAIN_MS = 2_000

/** Throws a refusal that names the payment and its status. */
export const refuse = (code: ErrorCode, payment: PaymentRow, why: string): never => {
  throw new FlorinError(code, `payment ${payment.id} ${why}`, {
    details: { payment: payment.id, status: payment.status },
  })
}

/** An amount of the payment, for a message. */
export const show = (minor: bigint, payment: PaymentRow): string =>
  `${formatAmount(minor, payment.currency)} ${payment.currency}`

/** While it is not known what an attempt did, nothing that depends on it may start (FAILURES 2.17). */
export const refuseUnresolved = (state: PaymentState, what: string): void => {
  const [open] = unresolvedOf(state)
  if (open === undefined) return
  throw new FlorinError(
    'attempt_open',
    `cannot ${what} payment ${state.payment.id} now: what became of its ${open.kind} ${open.id} is not known yet; try again shortly`,
    { details: { payment: state.payment.id, attempt: open.id, retryAfterMs: ASK_AGAIN_MS } },
  )
}
