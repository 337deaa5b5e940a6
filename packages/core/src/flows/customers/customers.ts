import { type CustomerRow, customers } from '../../customers/index.ts'
import { FlorinError, isId } from '../../kernel/index.ts'
import { append, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'

/** Who pays, as kept: sealed as one document. */
export interface CustomerDetails {
  readonly name: string | null
  readonly email: string | null
  readonly reference: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** A customer as the host sees it. */
export interface CustomerView {
  readonly object: 'customer'
  readonly id: string
  readonly name?: string
  readonly email?: string
  /** The host's own id. */
  readonly reference?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly createdAt: string
}

const place = (merchant: string, id: string) => ({ table: 'customers', column: 'details', merchant, key: id })

const viewOfCustomer = (row: CustomerRow, details: CustomerDetails): CustomerView => ({
  object: 'customer',
  id: row.id,
  ...(details.name === null ? {} : { name: details.name }),
  ...(details.email === null ? {} : { email: details.email }),
  ...(details.reference === null ? {} : { reference: details.reference }),
  metadata: details.metadata,
  createdAt: new Date(row.createdAt).toISOString(),
})

const emailIndexOf = (context: FlowContext, merchant: string, email: string | null): string | null =>
  email === null ? null : context.sealer.blindIndex(merchant, 'customer.email', email.trim().toLowerCase())

/** Stores a new customer. */
export const createCustomer = async (
  context: FlowContext,
  merchant: string,
  details: CustomerDetails,
): Promise<CustomerView> => {
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const id = context.runtime.ids.make('cus')
  const row: CustomerRow = {
    merchant,
    id,
    createdAt: now,
    details: context.sealer.seal(place(merchant, id), details),
    emailIndex: emailIndexOf(context, merchant, details.email),
    updatedAt: now,
    version: 1,
  }
  await context.committer.commit({ guards: [], effects: [append(customers, row)] }, { lane: 'intent', merchant })
  return viewOfCustomer(row, details)
}

/** The row of a customer; refuses an id that this merchant does not have. */
export const loadCustomer = async (context: FlowContext, merchant: string, id: string): Promise<CustomerRow> => {
  const [row] = isId('cus', id) ? await context.storage.load(customers, [{ merchant, id }]) : []
  if (row !== undefined) return row
  throw new FlorinError('not_found', `there is no customer '${id.slice(0, 64)}'`)
}

const open = (context: FlowContext, row: CustomerRow): Promise<CustomerDetails> =>
  context.sealer.open<CustomerDetails>(place(row.merchant, row.id), row.details)

export const getCustomer = async (context: FlowContext, merchant: string, id: string): Promise<CustomerView> => {
  const row = await loadCustomer(context, merchant, id)
  return viewOfCustomer(row, await open(context, row))
}

/** The customers with this e-mail address, found by its blind index. */
export const findCustomers = async (
  context: FlowContext,
  merchant: string,
  email: string,
): Promise<readonly CustomerView[]> => {
  await context.sealer.ready(merchant)
  const emailIndex = emailIndexOf(context, merchant, email)
  const found = await context.storage.find(customers, { index: 'email', equals: { emailIndex, merchant }, limit: 100 })
  return Promise.all(found.rows.map(async (row) => viewOfCustomer(row, await open(context, row))))
}

const TRIES = 8

/** Changes what is given of a customer and leaves the rest. */
export const updateCustomer = async (
  context: FlowContext,
  merchant: string,
  id: string,
  changes: Partial<CustomerDetails>,
): Promise<CustomerView> => {
  await context.sealer.ready(merchant)
  for (let tries = 0; tries < TRIES; tries++) {
    const row = await loadCustomer(context, merchant, id)
    const details: CustomerDetails = { ...(await open(context, row)), ...changes }
    const set = {
      details: context.sealer.seal(place(merchant, row.id), details),
      emailIndex: emailIndexOf(context, merchant, details.email),
      updatedAt: context.runtime.clock.now(),
      version: row.version + 1,
    }
    const guards = [replace(customers, { merchant, id: row.id }, row.version, set)]
    const outcome = await context.committer.commit({ guards, effects: [] }, { lane: 'intent', merchant })
    if (outcome.committed) return viewOfCustomer({ ...row, ...set }, details)
  }
  throw new FlorinError('conflict', `customer ${id} is being changed by others: nothing happened, try again`)
}
