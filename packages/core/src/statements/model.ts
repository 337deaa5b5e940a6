/** What a line of a provider's report, or of a bank's statement, is about. */
export const LINE_KINDS = [
  'capture', // money of a buyer: a charge, a sale, a capture
  'capture_undone', // a capture that failed after all
  'refund',
  'refund_undone', // a refund that bounced
  'dispute', // taken back by the buyer's bank
  'dispute_won',
  'fee', // what the provider charges, by itself
  'payout', // what it sent to our bank
  'payout_undone',
  'transfer', // between balances of the same account: nothing is earned or lost by it
  'adjustment', // anything else that the provider put right
  'bank_credit', // a bank's own lines
  'bank_debit',
] as const
/** One kind of line. */
export type LineKind = (typeof LINE_KINDS)[number]

/**
 * One line, in one shape for all sources. Amounts are minor units, seen by the holder of the account: money in is positive. `net` is what
 * the line moves on the account: `gross - fee`, in `currency`.
 */
export interface StatementLine {
  readonly is: 'line'
  /** Where it stands in its source: the line of a CSV file, the number of the entry of an XML or SWIFT one; from 1. */
  readonly line: number
  /** Names the line within its source for ever, so that the same file read twice changes nothing. */
  readonly id: string
  readonly kind: LineKind
  readonly currency: string
  readonly gross: bigint
  /** What the provider kept; null where the source does not tell it by line. */
  readonly fee: bigint | null
  readonly net: bigint
  /** What the buyer paid, where that was in another currency. */
  readonly presentment: { readonly currency: string; readonly amount: bigint; readonly rate: string | null } | null
  readonly references: LineReferences
  /** When it happened, and when it counts; the same where the source knows one. */
  readonly occurredAt: number
  readonly valueAt: number
  /** What else it says, for a person: at most 500 characters, never a card number. */
  readonly text: string
  /** Of what came back, why; absent, or null, where the line does not say that it is such. */
  readonly returned?: LineReturn | null | undefined
}

/** Why something came back. */
export interface LineReturn {
  /** The bank's code: four letters and digits of ISO 20022 (AC04), or the bank's own. It is kept in clear, so no words. Null: none. */
  readonly code: string | null
  /** In words, for a person: at most 500 characters, never a card number. */
  readonly text: string | null
}

/** By what a line can be matched; null where it does not tell. */
export interface LineReferences {
  /** Our attempt's id, wherever the source repeats it. */
  readonly attempt: string | null
  /** The provider's id of the thing itself. */
  readonly gatewayId: string | null
  /** The provider's id of the charge that a refund or dispute belongs to. */
  readonly parentGatewayId: string | null
  /** The batch or payout that it was, or will be, sent to the bank with. */
  readonly batch: string | null
  /** A bank's end-to-end reference, or what its text repeats. */
  readonly endToEnd: string | null
}

/** A balance that the source states: what its lines must add up to. */
export interface StatementBalance {
  readonly is: 'balance'
  readonly line: number
  readonly at: 'opening' | 'closing'
  /** The account as the source names it. */
  readonly account: string
  readonly currency: string
  readonly amount: bigint
  readonly on: number
}

/** A line that could not be read. Whether the rest is taken or the file is refused whole is the caller's choice. */
export interface MalformedLine {
  readonly is: 'malformed'
  readonly line: number
  /** What is wrong, which value, and what was expected. */
  readonly why: string
}

/** What a reader finds, one thing at a time. */
export type StatementItem = StatementLine | StatementBalance | MalformedLine

/**
 * Reads one format. Pure but for the reading: the same bytes give the same items, in the order of the source, in memory that does not grow
 * with its length. Bytes that are no such file at all (another format, a missing column, XML that is not well formed from the start) throw
 * `invalid_request`; whatever is wrong with one line is an item.
 */
export interface StatementReader {
  /** Of the format, for messages and for the run's record: `adyen_settlement_detail`, `camt.053`. */
  readonly format: string
  /** Items in groups of any size but zero. */
  read(bytes: AsyncIterable<Uint8Array>): AsyncIterable<readonly StatementItem[]>
}
