import type { FeeDecider } from '../fees/index.ts'
import type { Answer, Decline } from '../gateways/index.ts'
import type { FlorinError } from '../kernel/index.ts'
import { formatAmount } from '../money/index.ts'
import type { Posting } from '../records/index.ts'
import type { PaymentDraft } from './draft.ts'
import type { AttemptKind, AttemptRow, ObligationRow, PaymentRow } from './records.ts'
import type { ReviewReason } from './review-reasons.ts'
import { isExternal, type PaymentState } from './state.ts'

/** What a new attempt is to do. It goes to the gateway account of its parent. */
export interface AttemptSpec {
  readonly kind: Exclude<AttemptKind, 'authorize' | 'sale'>
  readonly parent: AttemptRow
  /** The parent's id at the gateway, when it is newer than the parent's row. */
  readonly gatewayId: string | null
  readonly amount: bigint
  readonly final: boolean
  readonly origination: readonly [operation: string, key: string] | null
}

/** What a decision may take from outside: time, the merchant's terms, and makers of rows with prepared, sealed requests. */
export interface DecideContext {
  readonly now: number
  /** The merchant's fee for a capture at this instant; null where none was agreed. */
  readonly fee: FeeDecider | null
  /** A new attempt with its prepared request; the decision adds it. */
  prepare(state: PaymentState, spec: AttemptSpec): AttemptRow
  /** The same where nobody could be told of a refusal: gives it instead of throwing. */
  tryPrepare(state: PaymentState, spec: AttemptSpec): AttemptRow | FlorinError
  /** Whether the gateway of a charge gives back by itself what a final capture leaves. */
  finalCaptureReleases(state: PaymentState, charge: AttemptRow): boolean
  /** The merchant fee that was booked with this capture or sale, minor units. Asked only for what is taken back. */
  feeTaken(attempt: AttemptRow): bigint
  /** What takes this capture or sale out of the volume of the month in which it was counted. Asked only for what is taken back. */
  countedBack(attempt: AttemptRow): readonly Posting[]
  /** What of the payment's fees follows its refunds, from the ledger; null where nothing does. */
  readonly feeReturn: FeeReturn | null
  /** A new duty to reverse `attempt`. */
  oblige(attempt: AttemptRow): ObligationRow
  /** Seals a customer's action for this attempt's row. */
  sealAction(attempt: AttemptRow, answer: Extract<Answer, { effect: 'pending' }>): Uint8Array | null
  /**
   * Asks, once a charge's row says that it took nothing or that nobody knows, whether another gateway is asked in its place (FAILURES 2.8
   * and 2.9). Where it is, the draft has the next attempt, and the obligation where one is due.
   */
  failOver(draft: PaymentDraft, id: string): ChargeFailover
  /** Asks whether a charge that nobody could be asked for waits for a gateway; where it does, the draft says so. */
  park(draft: PaymentDraft, id: string): boolean
}

/** What the ledger says of a payment's fees that follow its refunds. Minor units. */
export interface FeeReturn {
  /** Taken by captures whose rule gives the fee back pro rata. */
  readonly taken: bigint
  /** Given back so far. */
  readonly returned: bigint
  /** Those captures and sales. */
  readonly attempts: ReadonlySet<string>
  /** The rule, and the version of the schedule, that says so. */
  readonly rule: string
  readonly schedule: string
}

/** Where a charge went on; if nowhere, why, and null where the question does not arise. */
export interface ChargeFailover {
  readonly to: AttemptRow | null
  readonly why?: string | null
}

/** An answer that ends a command, as against a further step of it. */
export type FinalAnswer = Exclude<Answer, { effect: 'next' } | { effect: 'absent' }>

/** The queue of the timers that close payments and authorisations. */
export const EXPIRY_QUEUE = 'payment.expiry'

const FIRST_TRY_MS = 2_000
const LAST_TRY_MS = 86_400_000 // FAILURES 2.12: back off to 24 h
/** From this many tries on a person should look; by then about half an hour has passed. */
export const REVIEW_AFTER_TRIES = 10

/** When to ask again after `tries` tries that settled nothing. */
export const backoffMs = (tries: number): number => Math.min(LAST_TRY_MS, FIRST_TRY_MS * 2 ** Math.min(tries, 20))

/**
 * When to ask about an attempt again. Callers who ask by themselves, again and again (FAILURES 2.17), count as tries too: so the wait is
 * never more than twice what has passed since the attempt was made, else an impatient one put recovery off by a day.
 */
export const askAgainAt = ({ createdAt }: Pick<AttemptRow, 'createdAt'>, now: number, tries: number): number =>
  now + Math.min(backoffMs(tries), backoffMs(0) + 2 * Math.max(0, now - createdAt))

/** A booking's name: the attempt's first of its kind has the plain one, those after it was taken back name its version. */
export const bookingOf = (attempt: AttemptRow, what: string): string =>
  attempt.applied === null ? `${attempt.id}/${what}` : `${attempt.id}/${what}/${attempt.version}`

/** Adds a reason for a person to look. The first one stays: the timeline tells all of them. */
export const review = (payment: PaymentRow, reason: ReviewReason): { readonly needsReview: ReviewReason } => ({
  needsReview: payment.needsReview ?? reason,
})

/** The decline of a charge that no gateway could be asked. */
export const UNREACHABLE: Decline = Object.freeze({
  class: 'unavailable',
  code: 'gateway_unavailable',
  gatewayCode: null,
  networkAdvice: null,
  message: 'The payment could not be taken right now. Nothing was charged; please try again.',
})

/** The attempt's part of an event's data. Amounts are decimal strings. */
export const attemptData = (attempt: AttemptRow): Readonly<Record<string, unknown>> => ({
  attempt: attempt.id,
  gateway: attempt.gateway,
  account: attempt.account,
  amount: formatAmount(attempt.amount, attempt.currency),
  currency: attempt.currency,
  ...(isExternal(attempt) ? { origin: 'external' } : {}),
})
