import type { CustomerAction } from '../../gateways/index.ts'
import { FlorinError, isId } from '../../kernel/index.ts'
import {
  type AllocationRow,
  type AttemptRow,
  allocations,
  attempts,
  isGone,
  type ObligationRow,
  obligations,
  type PaymentRow,
  type PaymentState,
  payments,
  paymentWinners,
  type ShareRow,
  shares,
} from '../../payments/index.ts'
import type { AnyTable, Row } from '../../records/index.ts'
import { type RefundRow, refunds } from '../../refunds/index.ts'
import type { Page } from '../../storage/index.ts'
import { withHolds } from '../attempts/books.ts'
import type { FlowContext, Reading } from '../context.ts'
import type { PaymentDetails } from './details.ts'
import { type PaymentView, paymentView } from './view.ts'

const PAGE = 200

/** Every row of a payment in a table whose key starts with merchant and payment. */
const rowsOf = async <T extends AnyTable>(
  context: Reading,
  table: T,
  payment: PaymentRow,
): Promise<readonly Row<T>[]> => {
  const equals = { merchant: payment.merchant, payment: payment.id } as unknown as Partial<Row<T>>
  const first = await context.storage.find(table, { index: 'key', equals, limit: PAGE })
  if (first.next === undefined) return first.rows
  const all = [...first.rows]
  let after: string | undefined = first.next
  while (after !== undefined) {
    const page: Page<Row<T>> = await context.storage.find(table, { index: 'key', equals, limit: PAGE, after })
    all.push(...page.rows)
    after = page.next
  }
  return all
}

/** The payment with all that decides about it, or undefined. */
export const findState = async (
  context: FlowContext,
  merchant: string,
  id: string,
): Promise<PaymentState | undefined> => {
  if (!isId('pay', id)) return undefined
  const [payment] = await context.storage.load(payments, [{ merchant, id }])
  return payment === undefined ? undefined : stateOf(context, payment)
}

/** The rest of a state whose payment row is at hand. */
export const stateOf = async (context: Reading, payment: PaymentRow): Promise<PaymentState> => {
  const { merchant, id } = payment
  const [[winner], tried] = await Promise.all([
    context.storage.load(paymentWinners, [{ merchant, payment: id }]),
    rowsOf(context, attempts, payment) as Promise<readonly AttemptRow[]>,
  ])
  const inCheckout = payment.checkout !== null
  const obliged = tried.some((one) => one.kind === 'cancel' || one.state === 'abandoned' || isGone(one))
  return withHolds(context, {
    payment,
    attempts: tried,
    // One whose attempt was not there yet is of a later moment: what is decided without it loses its version, and is decided anew.
    winner: winner !== undefined && tried.some((one) => one.id === winner.attempt) ? winner.attempt : null,
    allocations: inCheckout ? ((await rowsOf(context, allocations, payment)) as readonly AllocationRow[]) : [],
    shares: inCheckout ? ((await rowsOf(context, shares, payment)) as readonly ShareRow[]) : [],
    obligations: obliged ? ((await rowsOf(context, obligations, payment)) as readonly ObligationRow[]) : [],
    holds: null,
  })
}

/** The payment with all that decides about it; refuses an id that this merchant does not have. */
export const loadState = async (context: FlowContext, merchant: string, id: string): Promise<PaymentState> => {
  const state = await findState(context, merchant, id)
  if (state !== undefined) return state
  throw new FlorinError('not_found', `there is no payment '${id.slice(0, 64)}'`, {
    details: { payment: id.slice(0, 64) },
  })
}

/** The refunds of a payment, oldest first. */
export const refundsOf = async (context: Reading, state: PaymentState): Promise<readonly RefundRow[]> =>
  state.payment.refunds > 0 ? ((await rowsOf(context, refunds, state.payment)) as readonly RefundRow[]) : []

const detailsPlace = (merchant: string, id: string) => ({ table: 'payments', column: 'details', merchant, key: id })
const actionPlace = (merchant: string, id: string) => ({ table: 'attempts', column: 'action', merchant, key: id })

/** Seals a payment's details for its row. */
export const sealDetails = (context: FlowContext, merchant: string, id: string, details: PaymentDetails): Uint8Array =>
  context.sealer.seal(detailsPlace(merchant, id), details)

export const openDetails = (context: FlowContext, payment: PaymentRow): Promise<PaymentDetails> =>
  context.sealer.open<PaymentDetails>(detailsPlace(payment.merchant, payment.id), payment.details)

/** Seals a customer's action for its attempt's row. */
export const sealAction = (context: FlowContext, merchant: string, id: string, action: CustomerAction): Uint8Array =>
  context.sealer.seal(actionPlace(merchant, id), action)

const openAction = async (context: FlowContext, state: PaymentState): Promise<CustomerAction | null> => {
  const { status } = state.payment
  if (status !== 'requires_action' && status !== 'processing') return null
  const waiting = state.attempts.findLast((one) => one.state === 'pending' && one.action !== null)
  if (waiting === undefined || waiting.action === null) return null
  const action = await context.sealer.open<CustomerAction>(actionPlace(waiting.merchant, waiting.id), waiting.action)
  // A transfer is made whenever the buyer gets to it: where to send the money is shown for as long as it is awaited.
  return status === 'requires_action' || action.type === 'bank_transfer' ? action : null
}

/** The host's view of a state; what of it the caller has at hand already is not read again. */
export const viewOf = async (
  context: FlowContext,
  state: PaymentState,
  known: { readonly details?: PaymentDetails | undefined; readonly refunds?: readonly RefundRow[] | undefined } = {},
): Promise<PaymentView> => {
  const details = known.details ?? (await openDetails(context, state.payment))
  const refunded = known.refunds ?? (await refundsOf(context, state))
  return paymentView(state, details, refunded, await openAction(context, state))
}
