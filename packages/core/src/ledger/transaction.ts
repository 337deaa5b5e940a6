import { FlorinError, sameBytes, sha256 } from '../kernel/index.ts'
import { claim, type Guard, type Posting, post } from '../records/index.ts'
import { type LedgerTransactionRow, ledgerTransactions, type PostingText } from './records.ts'

/** A ledger transaction before it is booked. */
export interface NewTransaction {
  readonly merchant: string
  /** Its name, unique per merchant: `att_…/capture`. Booking it twice with the same content is one booking. */
  readonly reference: string
  /** The payment or other noun that it is about. */
  readonly subject: string
  /** Why money moved: `hold`, `capture`, `refund` … */
  readonly type: string
  readonly postings: readonly Posting[]
  readonly metadata?: Readonly<Record<string, string>> | null
  /** The instant at which it counts for the business. */
  readonly effectiveAt: number
  /** The instant of recording: the only thing that the digest leaves out, so that a later retry is still the same transaction. */
  readonly recordedAt: number
}

/** Everything that a digest covers. */
export type TransactionContent = Omit<LedgerTransactionRow, 'recordedAt' | 'digest'>

/**
 * What books a transaction: the claim of its reference (loses with `duplicate` on `ledger_transactions`: then read that row and ask
 * `sameTransaction`) and its postings; and the digest for the event that records it. Both guards belong in one change.
 * @throws FlorinError `internal` without postings, or for one of zero or less: the flow that made it is wrong
 */
export const ledgerTransaction = (
  transaction: NewTransaction,
): { readonly guards: readonly [Guard, Guard]; readonly digest: Uint8Array } => {
  const { merchant, reference, subject, type, effectiveAt, recordedAt } = transaction
  const postings = transaction.postings.map((posting) => textOf(reference, posting))
  if (postings.length === 0) throw new FlorinError('internal', `ledger transaction '${reference}' has no postings`)
  const content = { merchant, reference, subject, type, postings, metadata: transaction.metadata ?? null, effectiveAt }
  const digest = transactionDigest(content)
  return {
    guards: [
      claim(ledgerTransactions, { ...content, recordedAt, digest }),
      post(merchant, reference, recordedAt, transaction.postings),
    ],
    digest,
  }
}

const textOf = (reference: string, posting: Posting): PostingText => {
  if (posting.amount <= 0n) {
    throw new FlorinError(
      'internal',
      `ledger transaction '${reference}' posts ${posting.amount} ${posting.currency}: a posting moves more than zero, the other way round if need be`,
    )
  }
  return [
    posting.debit.account,
    posting.credit.account,
    posting.amount.toString(),
    posting.currency,
    posting.phase,
  ] as const
}

/**
 * SHA-256 over a versioned encoding of everything but the recorded date, in which every part carries its length, so that no two
 * transactions share one. The order of postings counts, that of metadata does not. Written out instead of kernel's `digest`, which is
 * general and several times slower; every capture pays for this one.
 */
export const transactionDigest = (content: TransactionContent): Uint8Array => {
  const { merchant, reference, subject, type, postings, metadata, effectiveAt } = content
  let text = `florin.ledger.1;${part(merchant)}${part(reference)}${part(subject)}${part(type)}${effectiveAt};p${postings.length};`
  for (const [debit, credit, amount, currency, phase] of postings) {
    text += `${part(debit)}${part(credit)}${part(amount)}${part(currency)}${part(phase)}`
  }
  return sha256(metadata === null ? `${text}n;` : text + metadataText(metadata))
}

const part = (value: string): string => `${value.length}:${value}`

const metadataText = (metadata: Readonly<Record<string, string>>): string => {
  const names = Object.keys(metadata).sort()
  let text = `m${names.length};`
  for (const name of names) text += part(name) + part(metadata[name] ?? '')
  return text
}

/**
 * What it means that a reference is taken: `replays` when the transaction that holds it has this content, so that nothing is left to
 * do; `conflicts` when it says something else, which is a refusal for the caller and never booked.
 */
export const sameTransaction = (
  existing: Pick<LedgerTransactionRow, 'digest'>,
  digest: Uint8Array,
): 'replays' | 'conflicts' => (sameBytes(existing.digest, digest) ? 'replays' : 'conflicts')
