import { parseAmount } from '@florin/core/gateways'
import { z } from 'zod'

// Guilder Pay answers every request with the whole order as it stands now, so one shape is all there is to read. What is not listed
// here may come and go; what is listed must be there, and must look like this. Anything else is no answer of Guilder Pay's.

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const instant = z.iso.datetime().transform((text) => Date.parse(text))
const decimal = z.string().max(20) // as '49.90'; `inMinorUnits` reads it, once the currency is known

const operation = z.object({
  id,
  kind: z.enum(['capture', 'cancellation', 'refund']),
  /** Ours, or null for what somebody did in the dashboard. */
  reference: z.string().max(64).nullable(),
  amount: decimal,
  state: z.enum(['accepted', 'done', 'failed', 'returned']),
  failure: z.string().max(40).nullable(),
  at: instant,
})

const order = z.object({
  id,
  reference: z.string().max(64).nullable(),
  merchant: z.string(),
  mode: z.enum(['hold', 'sale']),
  state: z.enum(['open', 'awaiting_buyer', 'held', 'captured', 'declined', 'voided', 'lapsed']),
  amount: decimal,
  currency: z.string().regex(/^[A-Z]{3}$/),
  pay_url: z.url({ protocol: /^https?$/ }).nullable(),
  expires_at: instant.nullable(),
  decline: z.object({ code: z.string().min(1).max(40), advice: z.string().min(1).max(4).nullable() }).nullable(),
  card: z.object({ scheme: z.string().max(40), last4: z.string().regex(/^[0-9]{4}$/) }).nullable(),
  operations: z.array(operation).max(200),
})

/** From here on amounts are minor units. One that its currency cannot have makes the order unreadable, and is never rounded. */
const inMinorUnits = (raw: z.output<typeof order>, context: z.RefinementCtx) => {
  try {
    const minor = (amount: string): bigint => parseAmount(amount, raw.currency)
    const operations = raw.operations.map((each) => ({ ...each, amount: minor(each.amount) }))
    return { ...raw, amount: minor(raw.amount), operations }
  } catch {
    context.addIssue({ code: 'custom', message: `an amount is none of ${raw.currency}` })
    return z.NEVER
  }
}

/** An order, as answers and webhooks show it. */
export const orderShape = order.transform(inMinorUnits)
/** An order with its amounts in minor units. */
export type Order = z.output<typeof orderShape>
/** Something done to an order. */
export type Operation = Order['operations'][number]

/** What Guilder Pay says in place of an order. `hint` is for people and is never read. */
export const errorShape = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) })

/** What every webhook has. */
export const eventHead = z.object({ type: z.string(), merchant: z.string() })
/** A webhook about an order, or about one operation of it. */
export const orderEvent = z.object({
  type: z.enum(['order.changed', 'operation.changed']),
  at: instant,
  order: orderShape,
  operation: id.nullable(),
})
