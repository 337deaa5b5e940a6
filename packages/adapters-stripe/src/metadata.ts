/**
 * What Florin writes into Stripe's metadata (docs.stripe.com/metadata: 50 keys of at most 40 characters, values of at most 500, no
 * brackets in keys). A PaymentIntent and a Refund carry the attempt that made them. A capture and an increment have no object of their
 * own at Stripe, so each leaves an entry on its PaymentIntent, named for its attempt: written in the very request that moves the money,
 * it is there if and only if that request took effect.
 */
export const ATTEMPT_KEY = 'florin_attempt'
/** The merchant's own reference, for people at Stripe's dashboard. */
export const REFERENCE_KEY = 'florin_reference'

/** Metadata as Stripe answers it. */
export type Metadata = Readonly<Record<string, string>>

/** An operation that left its entry on a PaymentIntent; `amount` as Stripe counts: captured, or the new total of an increment. */
export interface OperationEntry {
  readonly kind: 'capture' | 'increment'
  readonly attempt: string
  readonly amount: number
}

const ATTEMPT = /^att_[0-9a-z]{26}$/
const ENTRY = /^(capture|increment):([0-9]{1,15})$/

/** The value of an operation's entry. */
export const entryOf = (kind: OperationEntry['kind'], amount: number): string => `${kind}:${amount}`

/** Our attempt's id, or null for what is none. */
export const attemptOf = (value: string | null | undefined): string | null =>
  value !== null && value !== undefined && ATTEMPT.test(value) ? value : null

/** Our attempt's id, or null where the object is not ours. */
export const attemptIn = (metadata: Metadata | null | undefined): string | null => attemptOf(metadata?.[ATTEMPT_KEY])

/** Every operation that left an entry, in the order of their attempts, which is that of time. */
export const entriesIn = (metadata: Metadata): readonly OperationEntry[] => {
  const found: OperationEntry[] = []
  for (const attempt of Object.keys(metadata).sort()) {
    const entry = ATTEMPT.test(attempt) ? ENTRY.exec(metadata[attempt] ?? '') : null
    if (entry === null) continue
    found.push({ kind: entry[1] as OperationEntry['kind'], attempt, amount: Number(entry[2]) })
  }
  return found
}
