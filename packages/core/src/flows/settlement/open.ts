import { type SettlementPlan, type SettlementRow, settlements, termsOf } from '../../settlement/index.ts'
import { entries } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { versionBefore } from './entries.ts'
import type { PendingAccount } from './owners.ts'

/** Up to when a run settles, and when it was planned; null: up to now, unplanned. UTC milliseconds. */
export interface RunAt {
  readonly cutOffAt: number | null
  readonly scheduledFor: number | null
}

/** An owner's newest settlement. */
export const latestOf = async (
  { storage }: Pick<FlowContext, 'storage'>,
  { merchant, account }: Pick<PendingAccount, 'merchant' | 'account'>,
): Promise<SettlementRow | undefined> => {
  const query = { index: 'range', equals: { merchant, account }, descending: true, limit: 1 } as const
  return (await storage.find(settlements, query)).rows[0]
}

/**
 * The settlement that this owner's money is to go through now: the newest one until it has moved its money, else a new one, version 0,
 * over what came since. Nothing is written: whoever commits it first has opened it. Undefined where nothing came.
 */
export const openSettlement = async (
  context: FlowContext,
  owner: PendingAccount,
  plan: SettlementPlan,
  run: RunAt,
): Promise<SettlementRow | undefined> => {
  const { storage, runtime } = context
  const latest = await latestOf(context, owner)
  if (latest !== undefined && latest.movedAt === null) return latest
  const { merchant, seller, currency, account, version: newest } = owner
  const from = latest?.toVersion ?? 0
  if (newest <= from) return undefined
  const { cutOffAt, scheduledFor } = run
  const to = cutOffAt === null ? newest : await versionBefore(storage, owner, { from, newest }, cutOffAt)
  if (to <= from || !(await hasMoney(context, owner, from, to))) return undefined
  const now = runtime.clock.now()
  return {
    merchant,
    id: runtime.ids.make('stl'),
    seller,
    currency,
    account,
    plan: plan.name,
    terms: termsOf(plan, currency),
    fromVersion: from,
    toVersion: to,
    carriedIn: latest?.carriedOut ?? 0n,
    scheduledFor,
    cutOffAt,
    createdAt: now,
    ...NOTHING_YET,
    calculatedTo: from,
    updatedAt: now,
  }
}

const NOTHING_YET = {
  state: 'pending',
  lines: 0,
  captures: 0n,
  fees: 0n,
  refunds: 0n,
  disputes: 0n,
  adjustments: 0n,
  reserveCover: 0n,
  settledBefore: 0n,
  reserved: 0n,
  paid: 0n,
  carriedOut: 0n,
  movedAt: null,
  reserveState: 'none',
  reserveDue: null,
  payout: null,
  failure: null,
  version: 0,
} as const

const PEEK = 100 // more entries than this are no quiet day

/** Whether there is more in the range than holds, and what settlements moved away: a quiet day needs no settlement. */
const hasMoney = async (
  { storage }: FlowContext,
  { merchant, account }: PendingAccount,
  from: number,
  to: number,
): Promise<boolean> => {
  if (to - from > PEEK) return true
  const query = { index: 'key', equals: { merchant, account }, from: from + 1, to, limit: PEEK } as const
  const { rows } = await storage.find(entries, query)
  return rows.some(
    ({ phase, transaction }) =>
      (phase === 'posted' || phase === 'settled') &&
      !(transaction.startsWith('stl_') && transaction.endsWith('/settle')),
  )
}
