import { type PaymentMethodRow, paymentMethods } from '../../customers/index.ts'
import { FlorinError, isId } from '../../kernel/index.ts'
import { append, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import type { MethodInput } from '../payments/details.ts'
import type { MethodView } from '../payments/view.ts'
import { loadCustomer } from './customers.ts'

/** A stored payment method as the host sees it: never its tokens. */
export interface PaymentMethodView {
  readonly object: 'payment_method'
  readonly id: string
  readonly customer: string
  readonly method: MethodView
  /** The gateways for which it has a token. */
  readonly gateways: readonly string[]
  readonly createdAt: string
}

type Stored = Pick<MethodInput, 'tokens' | 'networkTransactionId'>

const place = (merchant: string, id: string) => ({ table: 'payment_methods', column: 'tokens', merchant, key: id })

const viewOfMethod = (row: PaymentMethodRow, stored: Stored): PaymentMethodView => {
  const { type, brand, network, bin, last4 } = row.summary
  const shown = Object.entries({ brand, network, bin, last4 }).filter(([, value]) => value !== undefined)
  return {
    object: 'payment_method',
    id: row.id,
    customer: row.customer,
    method: { type, ...Object.fromEntries(shown) },
    gateways: Object.keys(stored.tokens),
    createdAt: new Date(row.createdAt).toISOString(),
  }
}

/** What a host may say of an instrument for people to recognise it by. */
export type InstrumentInput = Pick<PaymentMethodRow['summary'], 'network' | 'last4' | 'bin'>

/** Stores tokens for a customer. */
export const attachMethod = async (
  context: FlowContext,
  merchant: string,
  customer: string,
  method: MethodInput,
  instrument: InstrumentInput,
): Promise<PaymentMethodView> => {
  await context.sealer.ready(merchant)
  const owner = await loadCustomer(context, merchant, customer)
  const now = context.runtime.clock.now()
  const id = context.runtime.ids.make('pm')
  const stored: Stored = { tokens: method.tokens, networkTransactionId: method.networkTransactionId }
  const row: PaymentMethodRow = {
    merchant,
    id,
    customer: owner.id,
    createdAt: now,
    summary: { type: method.type, ...(method.brand === null ? {} : { brand: method.brand }), ...instrument },
    tokens: context.sealer.seal(place(merchant, id), stored),
    detached: false,
    updatedAt: now,
    version: 1,
  }
  await context.committer.commit({ guards: [], effects: [append(paymentMethods, row)] }, { lane: 'intent', merchant })
  return viewOfMethod(row, stored)
}

const loadMethod = async (context: FlowContext, merchant: string, id: string): Promise<PaymentMethodRow> => {
  const [row] = isId('pm', id) ? await context.storage.load(paymentMethods, [{ merchant, id }]) : []
  if (row !== undefined && !row.detached) return row
  throw new FlorinError('not_found', `there is no payment method '${id.slice(0, 64)}'`)
}

const open = (context: FlowContext, row: PaymentMethodRow): Promise<Stored> =>
  context.sealer.open<Stored>(place(row.merchant, row.id), row.tokens)

/** A stored method as a payment uses it, and whose it is. */
export interface StoredMethod {
  readonly method: MethodInput
  readonly customer: PaymentMethodRow['customer']
}

export const storedMethod = async (context: FlowContext, merchant: string, id: string): Promise<StoredMethod> => {
  const row = await loadMethod(context, merchant, id)
  const stored = await open(context, row)
  const { type, brand = null, network, bin, last4 } = row.summary
  const instrument = Object.fromEntries(
    Object.entries({ network, bin, last4 }).filter(([, value]) => value !== undefined),
  )
  return { method: { type, brand, instrument, stored: row.id, ...stored }, customer: row.customer }
}

/** A customer's methods, oldest first, without the detached ones. */
export const listMethods = async (
  context: FlowContext,
  merchant: string,
  customer: string,
): Promise<readonly PaymentMethodView[]> => {
  const owner = await loadCustomer(context, merchant, customer)
  const equals = { merchant, customer: owner.id }
  const page = await context.storage.find(paymentMethods, { index: 'customer', equals, limit: 200 })
  const kept = page.rows.filter((row) => !row.detached)
  return Promise.all(kept.map(async (row) => viewOfMethod(row, await open(context, row))))
}

/** Takes a method away from its customer: its tokens are forgotten, and no payment can use it any more. */
export const detachMethod = async (context: FlowContext, merchant: string, id: string): Promise<void> => {
  await context.sealer.ready(merchant)
  const row = await loadMethod(context, merchant, id)
  const empty: Stored = { tokens: {}, networkTransactionId: null }
  const set = {
    summary: row.summary,
    tokens: context.sealer.seal(place(merchant, row.id), empty),
    detached: true,
    updatedAt: context.runtime.clock.now(),
    version: row.version + 1,
  }
  const guards = [replace(paymentMethods, { merchant, id: row.id }, row.version, set)]
  const outcome = await context.committer.commit({ guards, effects: [] }, { lane: 'intent', merchant })
  if (!outcome.committed) throw new FlorinError('conflict', `payment method ${id} is being changed: try again`)
}
