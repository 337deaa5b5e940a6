import { FlorinError } from '../../kernel/index.ts'
import { allocations, isClosed, payments } from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'
import type { CreateRequest } from './create-request.ts'

/** Which payment for its reference this is, and for each order, by seller and reference. 1 where none is named. */
export interface Rounds {
  readonly payment: number
  readonly orders: ReadonlyMap<string, number>
}

export const FIRST_ROUNDS: Rounds = { payment: 1, orders: new Map() }

/** How an order is named in `Rounds`. */
export const orderName = (seller: string, reference: string): string => `${seller}\n${reference}`

/** One order is paid once: the refusal names the payment that holds it. */
export const taken = (reference: string, payment: string, how: string, then = ''): FlorinError =>
  new FlorinError(
    'reference_taken',
    `reference '${reference}' has payment ${payment} ${how}: one order is paid once. Use retry for another method, or cancel that payment first${then}`,
    { details: { payment, reference } },
  )

/** The next round of references whose payments are all canceled or expired; refuses while one of them holds its reference. */
export const nextRounds = async (context: FlowContext, request: CreateRequest): Promise<Rounds> => {
  const orders = new Map<string, number>()
  for (const { seller, reference } of request.orders) {
    orders.set(orderName(seller, reference), await nextOrderRound(context, request.merchant, seller, reference))
  }
  return { payment: await nextPaymentRound(context, request), orders }
}

const nextPaymentRound = async (context: FlowContext, request: CreateRequest): Promise<number> => {
  const { merchant, reference } = request
  const query = { index: 'reference', equals: { merchant, reference }, descending: true, limit: 1 } as const
  const [newest] = (await context.storage.find(payments, query)).rows
  if (newest === undefined) return 1
  if (isClosed(newest.status)) return newest.round + 1
  throw taken(reference, newest.id, `in status ${newest.status}`)
}

const nextOrderRound = async (
  context: FlowContext,
  merchant: string,
  seller: string,
  reference: string,
): Promise<number> => {
  const query = { index: 'reference', equals: { merchant, seller, reference }, descending: true, limit: 1 } as const
  const [newest] = (await context.storage.find(allocations, query)).rows
  if (newest === undefined) return 1
  const [payment] = await context.storage.load(payments, [{ merchant, id: newest.payment }])
  if (payment !== undefined && isClosed(payment.status)) return newest.round + 1
  throw taken(`${seller}/${reference}`, newest.payment, `in status ${payment?.status ?? 'unknown'}`)
}
