import {
  costPostings,
  frozenOf,
  gatewayDisputed,
  pendingOf,
  platformFees,
  receivable,
  suspense,
} from '../ledger/index.ts'
import { allocate } from '../money/index.ts'
import type { AccountRef, Posting } from '../records/index.ts'
import type { Position } from './position.ts'
import type { DisputeRow } from './records.ts'

/** An owner's part of an amount: where its money comes from, and where it is frozen. */
interface Part {
  readonly from: AccountRef
  readonly frozen: AccountRef
  readonly amount: bigint
}

const partsOf = ({ owners, currency }: DisputeRow, amount: bigint): readonly Part[] => {
  // The money of a charge that counts for nobody is in suspense.
  if (owners.length === 0) return [{ from: suspense(currency), frozen: frozenOf(null, currency), amount }]
  const parts = allocate(
    amount,
    owners.map(([, weight]) => BigInt(weight)),
  )
  return owners.map(([owner], index) => ({
    from: pendingOf(owner, currency),
    frozen: frozenOf(owner, currency),
    amount: parts[index] ?? 0n,
  }))
}

/** A move of so much, or back where it is below zero; nothing of zero. */
const move = (debit: AccountRef, credit: AccountRef, amount: bigint, currency: string): readonly Posting[] => {
  if (amount === 0n) return []
  return amount > 0n
    ? [{ debit, credit, amount, currency, phase: 'posted' }]
    : [{ debit: credit, credit: debit, amount: -amount, currency, phase: 'posted' }]
}

/**
 * From one position to another. Each owner's part is that of the whole before and after, so that what comes back is exactly what went:
 * owners' money is frozen, the gateway's debt to us becomes what it withholds, and what is lost cancels the two out.
 */
export const disputePostings = (row: DisputeRow, before: Position, after: Position): readonly Posting[] => {
  const { gateway, account, currency } = row
  const owed = receivable(gateway, account, currency)
  const withheld = gatewayDisputed(gateway, account, currency)
  const parts = (whole: keyof Position) => {
    const then = partsOf(row, before[whole])
    return partsOf(row, after[whole]).map((part, index) => ({ ...part, by: part.amount - (then[index]?.amount ?? 0n) }))
  }
  return [
    ...parts('taken').flatMap(({ from, frozen, by }) => move(from, frozen, by, currency)),
    ...move(withheld, owed, after.withheld - before.withheld, currency),
    ...parts('lost').flatMap(({ frozen, by }) => move(frozen, withheld, by, currency)),
  ]
}

/** What the gateway charges for a dispute, or gives back of it. */
export const disputeCostPostings = (row: DisputeRow, amount: bigint): readonly Posting[] =>
  costPostings({ gateway: row.gateway, account: row.account, currency: row.currency, amount })

/** What the platform charges the owners for a dispute. */
export const disputeFeePostings = (row: DisputeRow, amount: bigint): readonly Posting[] =>
  partsOf(row, amount).flatMap(({ from, amount: part }) => move(from, platformFees(row.currency), part, row.currency))
