import { type SettlementPlan, type SettlementRow, settlements } from '../../settlement/index.ts'
import type { FlowContext } from '../context.ts'
import { advance } from './advance.ts'
import { waits } from './commit.ts'
import { openSettlement, type RunAt } from './open.ts'
import { type PendingAccount, pendingAccounts, settledBy } from './owners.ts'
import { retrySettlement } from './retry.ts'

/** What one run of a plan did. */
export interface RunReport {
  /** How many settlements it worked on. */
  readonly settlements: number
  /** Some owners may have been left out, because the time was up. */
  readonly unfinished: boolean
}

const AT_ONCE = 8 // owners at a time: their commits share a batch

/**
 * Settles the money of every owner of a plan. Repeating it is harmless. What fails of one owner does not stop the others; the first error
 * is thrown at the end, so that whoever runs it comes back. `until` bounds the run; UTC milliseconds.
 */
export const runPlan = async (
  context: FlowContext,
  merchant: string,
  plan: SettlementPlan,
  run: RunAt & { readonly until: number },
): Promise<RunReport> => {
  const plans = context.settlement.plansOf(merchant)
  const done = { settlements: 0, failed: false, error: undefined as unknown }
  const attempt = async (work: () => Promise<SettlementRow | undefined>): Promise<void> => {
    try {
      if ((await work()) !== undefined) done.settlements += 1
    } catch (error) {
      if (!done.failed) Object.assign(done, { failed: true, error })
    }
  }
  const late = (): boolean => context.runtime.clock.now() >= run.until
  await attempt(() => orderPayouts(context, merchant, plan))
  for await (const page of pendingAccounts(context.storage, merchant)) {
    const queue = page.filter((owner) => settledBy(plans, plan, owner))
    const lane = async (): Promise<void> => {
      for (let owner = queue.shift(); owner !== undefined; owner = late() ? undefined : queue.shift()) {
        const mine = owner
        await attempt(() => settleOwner(context, mine, plan, run))
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, lane))
    if (late()) break
  }
  if (done.failed) throw done.error
  return { settlements: done.settlements, unfinished: late() }
}

const MOST_UNPAID = 100 // payouts that one run orders anew

/** Settlements of the plan that have settled, and whose payout was refused, or not ordered yet. They hold up nothing that came later. */
const orderPayouts = async (context: FlowContext, merchant: string, plan: SettlementPlan): Promise<undefined> => {
  for (const state of ['processing', 'failed'] as const) {
    const query = { index: 'state', equals: { merchant, state }, limit: MOST_UNPAID } as const
    const { rows } = await context.storage.find(settlements, query)
    for (const row of rows) {
      if (row.movedAt === null || row.plan !== plan.name) continue
      await advance(context, state === 'failed' ? await retrySettlement(context, row, null) : row)
    }
  }
}

/** One owner's settlement, as far as it goes. What failed before is tried again; what is held, or waits for approval, stays as it is. */
const settleOwner = async (
  context: FlowContext,
  owner: PendingAccount,
  plan: SettlementPlan,
  run: RunAt,
): Promise<SettlementRow | undefined> => {
  const row = await openSettlement(context, owner, plan, run)
  if (row === undefined) return undefined
  if (row.state === 'failed') return advance(context, await retrySettlement(context, row, null))
  return waits(row) ? undefined : advance(context, row)
}
