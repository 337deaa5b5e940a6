import { parseAmount } from '@florin/core/gateways'
import { z } from 'zod'
import type { Books, Refusal } from './books.ts'
import type { BookedOrder } from './order.ts'

/** A request, as far as the protocol goes. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** What becomes of it: an order, or an error. */
export type Reply =
  | { readonly status: 200 | 201; readonly order: BookedOrder }
  | { readonly status: number; readonly error: string }

const reference = z.string().min(1).max(64)
const amount = z.string()
const newOrder = z.object({
  reference,
  amount,
  currency: z.enum(['EUR', 'GBP', 'USD', 'CHF', 'JPY']),
  mode: z.enum(['hold', 'sale']),
  return_url: z.url().nullable(),
})
const payment = z.object({ method: z.enum(['card', 'applepay', 'ideal']), token: z.string() })
const operation = z.object({ reference })
const movement = z.object({ reference, amount })

const STATUS: Readonly<Partial<Record<Refusal, number>>> = { order_not_found: 404, token_unknown: 400 }

const refused = (error: Refusal): Reply => ({ status: STATUS[error] ?? 422, error })

const ORDER = /^\/v2\/orders\/(?:by-reference\/([^/]+)|([^/]+))(\/.*)?$/

/** The protocol: paths, bodies, and ids that are used once. Throws nothing: what it does not understand is `malformed`. */
export const routesOf = (books: Books): ((asked: Asked) => Reply) => {
  /** What was done under each path; a PUT of the same bytes there is answered with what has become of it. */
  const done = new Map<string, { readonly body: string; readonly order: BookedOrder }>()

  const change = (order: BookedOrder, what: string, body: unknown): Refusal | null => {
    if (what === '/payment') return books.pay(order, payment.parse(body).token)
    if (what.startsWith('/cancellations/')) return books.cancel(order, operation.parse(body).reference)
    const moved = movement.parse(body)
    const minor = parseAmount(moved.amount, order.currency)
    if (what.startsWith('/captures/')) return books.capture(order, moved.reference, minor)
    if (what.startsWith('/refunds/')) return books.refund(order, moved.reference, minor)
    throw new Error('no such path')
  }
  const named = (path: string): { readonly order: BookedOrder | undefined; readonly what: string } => {
    const [, byReference, byId, what = ''] = ORDER.exec(path) ?? []
    const order = books.find(({ id, reference: ours }) =>
      byReference === undefined ? id === byId : ours === byReference,
    )
    return { order, what }
  }
  const perform = ({ path, body }: Asked): Reply => {
    const json: unknown = JSON.parse(body)
    if (path.startsWith('/v2/orders/new/')) {
      const { return_url: returnUrl, ...asked } = newOrder.parse(json)
      if (books.find((order) => order.reference === asked.reference) !== undefined)
        return { status: 409, error: 'reference_in_use' }
      const minor = parseAmount(asked.amount, asked.currency)
      return { status: 201, order: books.open({ ...asked, amount: minor, returnUrl }) }
    }
    const { order, what } = named(path)
    if (order === undefined) return refused('order_not_found')
    const refusal = change(order, what, json)
    return refusal === null ? { status: 201, order } : refused(refusal)
  }
  return (asked) => {
    const { method, path, body } = asked
    if (method === 'GET') {
      const { order } = named(path)
      return order === undefined ? refused('order_not_found') : { status: 200, order }
    }
    const before = done.get(path)
    if (before !== undefined)
      return before.body === body ? { status: 200, order: before.order } : { status: 409, error: 'id_reused' }
    try {
      const reply = perform(asked)
      if ('order' in reply) done.set(path, { body, order: reply.order })
      return reply
    } catch {
      return { status: 400, error: 'malformed' }
    }
  }
}
