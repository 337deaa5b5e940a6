import {
  availableOf,
  frozenOf,
  type LedgerTransactionRow,
  type Owner,
  platformFees,
  reserveOf,
} from '../ledger/index.ts'
import type { EntryRow } from '../storage/index.ts'

/** What a line of a settlement says that happened. `settlement` is what an earlier one moved away: no money of this one. */
export type LineKind = 'capture' | 'fee' | 'refund' | 'dispute' | 'adjustment' | 'reserve_cover' | 'settlement'

/** One entry of the pending account, as the owner sees it. */
export interface SettlementLine {
  readonly version: number
  readonly at: number
  readonly kind: LineKind
  /** The ledger transaction's reference and type, and what it is about: a payment, mostly. */
  readonly transaction: string
  readonly type: string
  readonly subject: string
  /** Minor units: what it brought, negative for what it took. */
  readonly amount: bigint
}

/** Whose account the entries are on. */
export interface LineAccount {
  readonly account: string
  readonly owner: Owner
  readonly currency: string
}

/** Entries that move money: what is only held, or no longer, is none of a settlement's business. */
const isMoney = ({ phase }: EntryRow): boolean => phase === 'posted' || phase === 'settled'

/**
 * The lines of one transaction's entries on the account, in their order. An entry and its posting are told from the posting's side, amount
 * and phase; where two are alike in all of these, their order decides, which changes no sum.
 */
export const linesOf = (
  { account, owner, currency }: LineAccount,
  entries: readonly EntryRow[],
  transaction: LedgerTransactionRow,
): readonly SettlementLine[] => {
  const left = transaction.postings.filter(([debit, credit]) => (debit === account) !== (credit === account))
  const lines: SettlementLine[] = []
  for (const entry of entries) {
    const { side, amount, phase, version, at } = entry
    const own = side === 'debit' ? 0 : 1
    const index = left.findIndex((one) => one[own] === account && BigInt(one[2]) === amount && one[4] === phase)
    const [posting] = index < 0 ? [] : left.splice(index, 1)
    if (!isMoney(entry)) continue
    const other = posting?.[1 - own] as string | undefined
    const { reference, type, subject } = transaction
    const kind = kindOf(type, other ?? '', { owner, currency })
    lines.push({
      version,
      at,
      kind,
      transaction: reference,
      type,
      subject,
      amount: side === 'credit' ? amount : -amount,
    })
  }
  return lines
}

const kindOf = (type: string, other: string, whose: { owner: Owner; currency: string }): LineKind => {
  const { owner, currency } = whose
  if (other === platformFees(currency).account) return 'fee'
  if (other === availableOf(owner, currency).account && type === SETTLED) return 'settlement'
  if (other === reserveOf(owner, currency).account) return type === SETTLED ? 'settlement' : 'reserve_cover'
  if (other === frozenOf(owner, currency).account) return 'dispute'
  if (type.startsWith('capture')) return 'capture'
  return type.startsWith('refund') ? 'refund' : 'adjustment'
}

/** The type of the ledger transaction by which a settlement moves its money. */
export const SETTLED = 'settlement'
