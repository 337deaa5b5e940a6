import { availableOf, type Owner, pendingOf, reserveOf } from '../ledger/index.ts'
import type { Posting } from '../records/index.ts'

/** Whose money moves, and what of it. Minor units. */
export interface Settled {
  readonly owner: Owner
  readonly currency: string
  readonly paid: bigint
  readonly reserved: bigint
}

/** A settlement: what was pending is available, a part of it in reserve. It may not take what is not there any more. */
export const settlementPostings = ({ owner, currency, paid, reserved }: Settled): readonly Posting[] => {
  const pending = { ...pendingOf(owner, currency), floor: 0n }
  const posted = { currency, phase: 'posted' } as const
  return [
    ...(paid === 0n ? [] : [{ debit: pending, credit: availableOf(owner, currency), amount: paid, ...posted }]),
    ...(reserved === 0n ? [] : [{ debit: pending, credit: reserveOf(owner, currency), amount: reserved, ...posted }]),
  ]
}

/** The end of a reserve: it covers first what the owner owes, and the rest is available. */
export const reserveReleasePostings = (release: {
  readonly owner: Owner
  readonly currency: string
  readonly amount: bigint
  /** What the owner's pending account is below zero. */
  readonly owed: bigint
}): readonly Posting[] => {
  const { owner, currency, amount, owed } = release
  const reserve = { ...reserveOf(owner, currency), floor: 0n }
  const cover = owed < amount ? owed : amount
  const rest = amount - cover
  const posted = { currency, phase: 'posted' } as const
  return [
    ...(cover === 0n ? [] : [{ debit: reserve, credit: pendingOf(owner, currency), amount: cover, ...posted }]),
    ...(rest === 0n ? [] : [{ debit: reserve, credit: availableOf(owner, currency), amount: rest, ...posted }]),
  ]
}
