import { FlorinError, isId } from '../../kernel/index.ts'
import type { Owner } from '../../ledger/index.ts'
import { type DestinationRow, ownerOf, ownerText, payoutDestinations } from '../../payouts/index.ts'
import type { Beneficiary } from '../../rails/index.ts'
import { append, replace } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import type { PageView } from '../payments/read.ts'

/** A bank account that money may go to, as the host sees it: never the whole number. */
export interface DestinationView {
  readonly object: 'payout_destination'
  readonly id: string
  /** The seller whose account it is; absent for the merchant's own. */
  readonly owner?: string
  readonly type: 'iban'
  readonly country: string
  readonly last4: string
  readonly createdAt: string
}

const place = (merchant: string, id: string) => ({ table: 'payout_destinations', column: 'details', merchant, key: id })

const viewOfDestination = (row: DestinationRow): DestinationView => {
  const owner = ownerOf(row)
  return {
    object: 'payout_destination',
    id: row.id,
    ...(owner === null ? {} : { owner }),
    ...row.summary,
    createdAt: new Date(row.createdAt).toISOString(),
  }
}

/** Keeps a bank account, sealed. */
export const addDestination = async (
  context: FlowContext,
  merchant: string,
  owner: Owner,
  beneficiary: Beneficiary,
): Promise<DestinationView> => {
  await context.sealer.ready(merchant)
  const now = context.runtime.clock.now()
  const id = context.runtime.ids.make('dst')
  const row: DestinationRow = {
    merchant,
    id,
    owner: ownerText(owner),
    createdAt: now,
    summary: { type: 'iban', country: beneficiary.iban.slice(0, 2), last4: beneficiary.iban.slice(-4) },
    details: context.sealer.seal(place(merchant, id), beneficiary),
    removed: false,
    updatedAt: now,
    version: 1,
  }
  await context.committer.commit(
    { guards: [], effects: [append(payoutDestinations, row)] },
    { lane: 'intent', merchant },
  )
  return viewOfDestination(row)
}

const load = async (context: FlowContext, merchant: string, id: string): Promise<DestinationRow> => {
  const [row] = isId('dst', id) ? await context.storage.load(payoutDestinations, [{ merchant, id }]) : []
  if (row !== undefined && !row.removed) return row
  throw new FlorinError('not_found', `there is no payout destination '${id.slice(0, 64)}'`)
}

export const getDestination = async (context: FlowContext, merchant: string, id: string): Promise<DestinationView> =>
  viewOfDestination(await load(context, merchant, id))

/** An owner's bank accounts, oldest first, without the removed ones; a page may hold fewer than asked for. */
export const listDestinations = async (
  context: FlowContext,
  merchant: string,
  owner: Owner,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<PageView<DestinationView>> => {
  const equals = { merchant, owner: ownerText(owner) }
  const page = await context.storage.find(payoutDestinations, {
    index: 'owner',
    equals,
    limit,
    ...(after === null ? {} : { after }),
  })
  const data = page.rows.filter((row) => !row.removed).map(viewOfDestination)
  return { object: 'list', data, ...(page.next === undefined ? {} : { next: page.next }) }
}

/** Forgets a bank account: no new payout can use it. Those that were ordered keep their own copy of it. */
export const removeDestination = async (context: FlowContext, merchant: string, id: string): Promise<void> => {
  await context.sealer.ready(merchant)
  const row = await load(context, merchant, id)
  const set = {
    details: context.sealer.seal(place(merchant, row.id), {}),
    removed: true,
    updatedAt: context.runtime.clock.now(),
    version: row.version + 1,
  }
  const guards = [replace(payoutDestinations, { merchant, id: row.id }, row.version, set)]
  const outcome = await context.committer.commit({ guards, effects: [] }, { lane: 'intent', merchant })
  if (!outcome.committed) throw new FlorinError('conflict', `payout destination ${id} is being changed: try again`)
}

/** A bank account in clear, for the instruction that is about to be made; refuses another owner's. */
export const openDestination = async (
  context: FlowContext,
  merchant: string,
  owner: Owner,
  id: string,
): Promise<{ readonly row: DestinationRow; readonly beneficiary: Beneficiary }> => {
  const row = await load(context, merchant, id)
  if (ownerOf(row) !== owner) {
    const whose = (one: Owner): string => (one === null ? 'the merchant itself' : `seller '${one}'`)
    throw new FlorinError(
      'invalid_request',
      `destination: ${id} is an account of ${whose(ownerOf(row))}, and the payout is for ${whose(owner)}: add the account for that owner`,
      { details: { path: 'destination' } },
    )
  }
  return { row, beneficiary: await context.sealer.open<Beneficiary>(place(merchant, row.id), row.details) }
}
