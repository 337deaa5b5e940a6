import { DAY_MS } from '../../kernel/index.ts'
import { balanceOf, pendingOf, reserveOf } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import {
  addLine,
  divideDue,
  dueOf,
  SETTLED,
  SettlementDraft,
  type SettlementRow,
  type Sums,
  settlementPostings,
} from '../../settlement/index.ts'
import { accounts } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { commitSettlement } from './commit.ts'
import { balanceAt, chunksOf } from './entries.ts'

const CHECKPOINT = 10_000 // lines after which what is calculated is committed: a crash loses no more than these

/**
 * Adds up a settlement's lines, and goes on as far as its terms let it, in as few commits as its size needs. Undefined where another
 * writer was first, or money left the account meanwhile: read again.
 */
export const calculate = async (context: FlowContext, row: SettlementRow): Promise<SettlementRow | undefined> => {
  let draft = begin(context, row)
  let pending = 0
  for await (const { lines, to } of chunksOf(context.storage, row, row.calculatedTo)) {
    let sums: Sums = draft.row
    for (const line of lines) sums = addLine(sums, line)
    draft.set({ ...sumsOf(sums), calculatedTo: to })
    pending += lines.length
    if (pending < CHECKPOINT || to >= row.toVersion) continue
    draft.event('settlement.progressed', { lines: draft.row.lines, calculatedTo: to })
    const stored = await commitSettlement(context, draft.finish())
    if (stored === undefined) return undefined
    draft = new SettlementDraft(stored, context.runtime.clock.now())
    pending = 0
  }
  return conclude(context, draft)
}

const sumsOf = ({
  lines,
  captures,
  fees,
  refunds,
  disputes,
  adjustments,
  reserveCover,
  settledBefore,
}: Sums): Sums => ({
  ...{ lines, captures, fees, refunds, disputes },
  ...{ adjustments, reserveCover, settledBefore },
})

const begin = (context: FlowContext, row: SettlementRow): SettlementDraft => {
  const draft = new SettlementDraft(row, context.runtime.clock.now())
  if (row.version === 0) {
    const { plan, seller, currency, fromVersion, toVersion } = row
    draft.event('settlement.created', { plan, seller, currency, fromVersion, toVersion })
  }
  if (row.state === 'pending') {
    draft.move('calculate')
    draft.event('settlement.calculating')
  }
  return draft
}

/** Says what is paid, reserved and carried; and pays it, where nobody has to approve. */
const conclude = async (context: FlowContext, draft: SettlementDraft): Promise<SettlementRow | undefined> => {
  const { row } = draft
  if (await booksDiffer(context, row)) {
    draft.move('fail', { failure: 'books_differ' })
    draft.event('settlement.failed', { reason: 'books_differ' })
    return commitSettlement(context, draft.finish())
  }
  const { pending, reserve } = await balancesOf(context, row)
  const held = { held: reserve, currency: row.currency }
  const division = divideDue(dueOf(row), pending, row.terms, held)
  draft.move('calculated', { ...division })
  draft.event('settlement.calculated', { ...amountsOf(draft.row), lines: row.lines })
  if (row.terms.approval === 'automatic') {
    draft.move('approve')
    draft.event('settlement.approved', { by: 'plan' })
    settle(draft)
  }
  return commitSettlement(context, draft.finish())
}

/** Moves the money, and ends the settlement where no payout is to follow. */
export const settle = (draft: SettlementDraft): void => {
  const { id, seller: owner, currency, paid, reserved, terms } = draft.row
  const days = terms.reserve?.days ?? null
  const kept =
    reserved === 0n
      ? {}
      : { reserveState: 'held' as const, reserveDue: days === null ? null : draft.now + days * DAY_MS }
  draft.move('process', { movedAt: draft.now, ...kept })
  const postings = settlementPostings({ owner, currency, paid, reserved })
  draft.event('settlement.processing', amountsOf(draft.row), draft.book(SETTLED, `${id}/settle`, postings))
  if (paid > 0n && terms.payout === 'automatic') return
  draft.move('complete')
  draft.event('settlement.completed', amountsOf(draft.row))
}

/** What a settlement comes to, for events. */
export const amountsOf = ({
  currency,
  paid,
  reserved,
  carriedOut,
}: SettlementRow): Readonly<Record<string, string>> => {
  const text = (minor: bigint): string => formatAmount(minor, currency)
  return { currency, paid: text(paid), reserved: text(reserved), carriedOut: text(carriedOut) }
}

/** Whether the account's own balances say something else than the lines: then somebody has to look before money moves. */
const booksDiffer = async ({ storage }: FlowContext, row: SettlementRow): Promise<boolean> => {
  const before = await balanceAt(storage, row, row.fromVersion)
  const after = await balanceAt(storage, row, row.toVersion)
  return dueOf(row) - row.carriedIn + row.settledBefore !== after - before
}

/** What the owner's pending account may give, and what the reserve holds; negative pending is what the owner owes. */
export const balancesOf = async (
  { storage }: FlowContext,
  { merchant, seller, currency }: Pick<SettlementRow, 'merchant' | 'seller' | 'currency'>,
): Promise<{ readonly pending: bigint; readonly reserve: bigint }> => {
  const keys = [pendingOf(seller, currency), reserveOf(seller, currency)].map(({ account }) => ({ merchant, account }))
  const [pending, reserve] = await storage.load(accounts, keys)
  return { pending: availableIn(pending), reserve: availableIn(reserve) }
}

const availableIn = (row: Parameters<typeof balanceOf>[0] | undefined): bigint =>
  row === undefined ? 0n : balanceOf(row).available
