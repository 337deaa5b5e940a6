import { FlorinError } from '../kernel/index.ts'
import type { AccountRef } from '../records/index.ts'

/*
 * The chart of accounts, within one merchant's partition. A path reads from the owner to the purpose and ends in the currency. None
 * of these has a floor: reports of what happened must post, below zero if need be (FAILURES 2.20); what a command may take is checked
 * against the payment's own counters.
 */

const PLAIN = /^[A-Za-z0-9_.-]+$/

/** One name within a path: everything but letters, digits, `_`, `.` and `-` becomes the `%XX` of its UTF-8 bytes. */
const segment = (what: string, name: string): string => {
  if (PLAIN.test(name)) return name
  if (name === '')
    throw new FlorinError('invalid_request', `a ledger account needs the name of its ${what}: it is empty`)
  let out = ''
  for (const char of name) {
    if (PLAIN.test(char)) out += char
    else for (const byte of Buffer.from(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

const debitAccount = (account: string): AccountRef => ({ account, side: 'debit', floor: null })
const creditAccount = (account: string): AccountRef => ({ account, side: 'credit', floor: null })

const gatewayPath = (gateway: string, account: string): string =>
  `gateway/${segment('gateway', gateway)}/${segment('gateway account', account)}`

/** What a gateway account owes us: captured and not yet settled to a bank. */
export const receivable = (gateway: string, account: string, currency: string): AccountRef =>
  debitAccount(`${gatewayPath(gateway, account)}/receivable/${segment('currency', currency)}`)

/** What a gateway account charged for its service. */
export const gatewayCosts = (gateway: string, account: string, currency: string): AccountRef =>
  debitAccount(`${gatewayPath(gateway, account)}/costs/${segment('currency', currency)}`)

/** What a gateway account has sent to our bank, and the bank has not shown yet. */
export const gatewayTransit = (gateway: string, account: string, currency: string): AccountRef =>
  debitAccount(`${gatewayPath(gateway, account)}/transit/${segment('currency', currency)}`)

/** What a gateway account has taken back for disputes that are not decided. */
export const gatewayDisputed = (gateway: string, account: string, currency: string): AccountRef =>
  debitAccount(`${gatewayPath(gateway, account)}/disputed/${segment('currency', currency)}`)

/** Money at a bank, by the name under which its account is configured. */
export const bankAccount = (bank: string, currency: string): AccountRef =>
  debitAccount(`bank/${segment('bank', bank)}/${segment('currency', currency)}`)

/** The merchant's money that has not settled yet. */
export const merchantPending = (currency: string): AccountRef =>
  creditAccount(`merchant/pending/${segment('currency', currency)}`)

/** The merchant's money that may be paid out. */
export const merchantAvailable = (currency: string): AccountRef =>
  creditAccount(`merchant/available/${segment('currency', currency)}`)

/** A seller's money that has not settled yet. */
export const sellerPending = (seller: string, currency: string): AccountRef =>
  creditAccount(`seller/${segment('seller', seller)}/pending/${segment('currency', currency)}`)

/** A seller's money that may be paid out. */
export const sellerAvailable = (seller: string, currency: string): AccountRef =>
  creditAccount(`seller/${segment('seller', seller)}/available/${segment('currency', currency)}`)

/** Whose money: a seller's, by name, or the merchant's own (null). */
export type Owner = string | null

const ownerPath = (owner: Owner): string => (owner === null ? 'merchant' : `seller/${segment('seller', owner)}`)

/** An owner's money that has not settled yet. */
export const pendingOf = (owner: Owner, currency: string): AccountRef =>
  owner === null ? merchantPending(currency) : sellerPending(owner, currency)

/** An owner's money that may be paid out. */
export const availableOf = (owner: Owner, currency: string): AccountRef =>
  owner === null ? merchantAvailable(currency) : sellerAvailable(owner, currency)

/** An owner's money that open disputes have frozen. */
export const frozenOf = (owner: Owner, currency: string): AccountRef =>
  creditAccount(`${ownerPath(owner)}/frozen/${segment('currency', currency)}`)

/** An owner's money that is kept back for what may come. */
export const reserveOf = (owner: Owner, currency: string): AccountRef =>
  creditAccount(`${ownerPath(owner)}/reserve/${segment('currency', currency)}`)

/** An owner's money on its way to the owner's bank: ordered, and not proven to have left ours. */
export const payoutsOf = (owner: Owner, currency: string): AccountRef =>
  creditAccount(`${ownerPath(owner)}/payouts/${segment('currency', currency)}`)

/** One currency's side of a pair that is traded; the pair's codes in the order of the alphabet. What it holds is the exposure. */
export const trading = (one: string, other: string, currency: string): AccountRef =>
  creditAccount(
    `trading/${[one, other]
      .sort()
      .map((code) => segment('currency', code))
      .join('-')}/${segment('currency', currency)}`,
  )

/** What a counterparty owes us of the trades that hedge a pair (`EUR-USD`), below zero what we owe, until a bank shows the money. */
export const hedgeTrades = (pair: string, counterparty: string, currency: string): AccountRef =>
  debitAccount(
    `hedge/${segment('pair', pair)}/${segment('counterparty', counterparty)}/${segment('currency', currency)}`,
  )

/** What a counterparty charged for hedges. */
export const hedgeCosts = (counterparty: string, currency: string): AccountRef =>
  debitAccount(`hedge/costs/${segment('counterparty', counterparty)}/${segment('currency', currency)}`)

/** What the platform earned in merchant fees. */
export const platformFees = (currency: string): AccountRef =>
  creditAccount(`platform/fees/${segment('currency', currency)}`)

/**
 * How much of a currency was captured in a month (`2026-11`), for fees that go by it. A count beside the books and no money: what it counts
 * stands against `volumeCounted`.
 */
export const monthVolume = (month: string, currency: string): AccountRef =>
  creditAccount(`volume/${segment('month', month)}/${segment('currency', currency)}`)

/** What was counted in all months: the other side of `monthVolume`. */
export const volumeCounted = (currency: string): AccountRef =>
  debitAccount(`volume/counted/${segment('currency', currency)}`)

/** Money that matches nothing, until somebody finds out whose it is. */
export const suspense = (currency: string): AccountRef => creditAccount(`suspense/${segment('currency', currency)}`)
