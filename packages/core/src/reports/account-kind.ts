/** What an account is for, by its path in the chart. */
export type AccountKind =
  | { readonly is: 'owner' | 'frozen'; readonly owner: string | null }
  | { readonly is: 'receivable' | 'costs' | 'transit' | 'disputed'; readonly gateway: string; readonly account: string }
  | { readonly is: 'bank' | 'fees' | 'trading' | 'suspense' | 'other' }

const GATEWAY: ReadonlySet<string> = new Set(['receivable', 'costs', 'transit', 'disputed'])
const OWNED: ReadonlySet<string> = new Set(['pending', 'available', 'reserve', 'payouts'])
const PLAIN: ReadonlySet<string> = new Set(['bank', 'trading', 'suspense'])
const OTHER: AccountKind = { is: 'other' }
const FEES: AccountKind = { is: 'fees' }

/** Reads a path of the chart of accounts; an account that is not of the chart is `other`. */
export const accountKind = (path: string): AccountKind => {
  const [first = '', second = '', third = '', fourth = ''] = path.split('/')
  if (first === 'merchant') return owned(null, second)
  if (first === 'seller') return owned(nameOf(second), third)
  if (first === 'gateway' && GATEWAY.has(fourth)) {
    return { is: fourth as 'receivable', gateway: nameOf(second), account: nameOf(third) }
  }
  if (first === 'platform' && second === 'fees') return FEES
  return PLAIN.has(first) ? { is: first as 'bank' } : OTHER
}

/** Money that is the owner's: not settled, to be paid out, kept back or on its way. What disputes have frozen may be lost. */
const owned = (owner: string | null, purpose: string): AccountKind => {
  if (purpose === 'frozen') return { is: 'frozen', owner }
  return OWNED.has(purpose) ? { is: 'owner', owner } : OTHER
}

/** A name within a path, as it was before it was written there. */
const nameOf = (segment: string): string => decodeURIComponent(segment)
