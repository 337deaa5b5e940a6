import { FlorinError, isFlorinError, isId } from '../../kernel/index.ts'
import { ownerOf, ownerText, payoutDestinations } from '../../payouts/index.ts'
import { SettlementDraft, type SettlementRow } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { createPayout } from '../payouts/index.ts'
import { balancesOf, calculate, settle } from './calculate.ts'
import { commitSettlement, loadSettlement, waits } from './commit.ts'
import { latestOf } from './open.ts'

const TRIES = 32

/**
 * Goes on with a settlement until it ends or waits for an operator. Any number of processes may: each commit is compared with the version
 * it was decided on, and whoever was late reads again.
 */
export const advance = async (context: FlowContext, from: SettlementRow): Promise<SettlementRow> => {
  let row = from
  for (let lost = 0; lost < TRIES; ) {
    if (row.state === 'completed' || waits(row)) return row
    const moved = await go(context, row)
    if (moved === undefined) lost += 1
    row = moved ?? (await again(context, row))
  }
  throw new FlorinError('conflict', `settlement ${row.id} is being changed by others all the time: it goes on later`)
}

/** The row as it stands; of one that was not stored, whoever stored it first, or itself once more. */
const again = async (context: FlowContext, row: SettlementRow): Promise<SettlementRow> => {
  if (row.version > 0) return loadSettlement(context, row)
  const latest = await latestOf(context, row)
  return latest?.fromVersion === row.fromVersion ? latest : row
}

const go = (context: FlowContext, row: SettlementRow): Promise<SettlementRow | undefined> => {
  if (row.state === 'pending' || row.state === 'calculating') return calculate(context, row)
  return row.state === 'processing' ? payOut(context, row) : process(context, row)
}

/** Moves what was approved; where less is left by now, it is calculated anew, and approved anew where somebody has to. */
const process = async (context: FlowContext, row: SettlementRow): Promise<SettlementRow | undefined> => {
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  const { pending } = await balancesOf(context, row)
  if (pending < row.paid + row.reserved) {
    draft.move('recalculate')
    draft.event('settlement.recalculated', { reason: 'less_is_left' })
  } else {
    settle(draft)
  }
  return commitSettlement(context, draft.finish())
}

/** Orders the payout under the settlement's own reference: however often this is repeated, it is one. */
const payOut = async (context: FlowContext, row: SettlementRow): Promise<SettlementRow | undefined> => {
  const ordered = await order(context, row)
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  if (ordered.refused !== null) {
    draft.move('fail', { failure: 'payout_refused' })
    draft.event('settlement.failed', { reason: 'payout_refused', code: ordered.refused, ...ordered.why })
  } else {
    draft.move('complete', { payout: ordered.payout })
    draft.event('settlement.completed', ordered.payout === null ? {} : { payout: ordered.payout })
  }
  return commitSettlement(context, draft.finish())
}

type Ordered =
  | { readonly refused: null; readonly payout: string | null }
  | { readonly refused: string; readonly why?: { readonly destination: string; readonly why: string } }

/** There is no way to pay it out: it stays available. */
const NO_PAYOUT: Ordered = { refused: null, payout: null }

/** Refusals that say something about this payout; whatever else goes wrong is tried again. */
const REFUSALS = ['amount_too_large', 'invalid_request', 'invalid_state', 'unsupported', 'not_found']

const order = async (context: FlowContext, row: SettlementRow): Promise<Ordered> => {
  const { merchant, seller: owner, currency, paid: amount, id: reference } = row
  const named = namedDestination(context, row)
  const unfit = named === null ? null : await unfitness(context, row, named)
  if (named !== null && unfit !== null) return unfit
  const destination = named ?? (await newestDestination(context, row))
  if (destination === undefined) return NO_PAYOUT
  const wanted = { merchant, reference, owner, amount, currency, destination }
  const plain = { text: null, executeOn: null, rail: null, purpose: 'payout', payment: null, orders: null } as const
  try {
    const payout = await createPayout(context, { ...wanted, ...plain })
    return { refused: null, payout: payout.id }
  } catch (error) {
    if (isFlorinError(error, 'currency_not_supported')) return NO_PAYOUT // no rail carries it
    // Ordered before a crash, to an account that is not the newest, or not named, any more: that order stands.
    if (isFlorinError(error, 'reference_taken')) return { refused: null, payout: String(error.details.payout) }
    if (isFlorinError(error) && REFUSALS.includes(error.code)) return { refused: error.code }
    throw error
  }
}

/** The account that the plan names, as the options say now; null where it names none, or is gone. */
const namedDestination = (context: FlowContext, { merchant, plan, seller }: SettlementRow): string | null => {
  const found = context.settlement.plansOf(merchant).find(({ name }) => name === plan)
  return found?.destinations[ownerText(seller)] ?? null
}

/** Why nothing can be paid out to the account that the plan names; null where it can. */
const unfitness = async (
  { storage }: FlowContext,
  { merchant, seller, plan }: SettlementRow,
  destination: string,
): Promise<Ordered | null> => {
  const refuse = (refused: string, is: string, todo: string): Ordered => {
    const why = `plan '${plan}' pays out to ${destination}, which ${is}: ${todo}`
    return { refused, why: { destination, why } }
  }
  const known = isId('dst', destination) ? await storage.load(payoutDestinations, [{ merchant, id: destination }]) : []
  const [row] = known
  const whose = seller === null ? 'the merchant itself' : `seller '${seller}'`
  if (row === undefined)
    return refuse('destination_unknown', 'this merchant does not have', `name one of its own in the plan's destination`)
  if (row.removed)
    return refuse('destination_closed', 'was removed', `name an account that is in use in the plan's destination`)
  if (ownerOf(row) !== seller)
    return refuse(
      'destination_of_another_owner',
      `is not an account of ${whose}`,
      `name one of theirs, or leave it out`,
    )
  return null
}

const MOST_REMOVED = 100 // bank accounts of an owner that are looked through for one that is still in use

/** The owner's newest bank account; without one the money stays available. */
const newestDestination = async (
  { storage }: FlowContext,
  { merchant, seller }: SettlementRow,
): Promise<string | undefined> => {
  const page = await storage.find(payoutDestinations, {
    index: 'owner',
    equals: { merchant, owner: ownerText(seller) },
    descending: true,
    limit: MOST_REMOVED,
  })
  return page.rows.find(({ removed }) => !removed)?.id
}
