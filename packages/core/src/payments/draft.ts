import { hedgeTimer, settleBooking } from '../fx/index.ts'
import { type Id, step } from '../kernel/index.ts'
import { ledgerTransaction, type OpenHold } from '../ledger/index.ts'
import { append, claim, type Effect, type Guard, type Mutable, type Posting, replace } from '../records/index.ts'
import { ATTEMPT, type AttemptEvent } from './machine.ts'
import { mutableAttempt, mutableObligation, mutablePayment, queued, queuedAttempt } from './mutable.ts'
import {
  type AllocationRow,
  type AttemptRow,
  allocations,
  attempts,
  gatewayRefs,
  type ObligationRow,
  obligations,
  type PaymentRow,
  type Proof,
  payments,
  paymentWinners,
  type ShareRow,
  shares,
} from './records.ts'
import { type ReviewRow, reviews } from './reviews.ts'
import { attemptOf, type PaymentState } from './state.ts'
import { statusOf } from './status.ts'

/** An event before it has its place in the stream. `ledger` is the digest of the ledger transaction that it records. */
export interface EventDraft {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly ledger: Uint8Array | null
}

/** What is booked, and what its transaction says of it. */
export interface SettledBooking {
  readonly postings: readonly Posting[]
  readonly metadata: Readonly<Record<string, string>> | null
}

/** A durable timer that the decision asks for. */
export interface TimerDraft {
  readonly queue: string
  readonly key: string
  readonly due: number
  readonly payload: Readonly<Record<string, unknown>>
}

/** What was decided: the state after it, and what makes it durable. The flow adds events' places, timers and the idempotency key. */
export interface Decision {
  readonly state: PaymentState
  readonly guards: readonly Guard[]
  readonly effects: readonly Effect[]
  readonly events: readonly EventDraft[]
  readonly timers: readonly TimerDraft[]
}

type PaymentSet = Partial<Omit<Mutable<typeof payments>, 'version' | 'status' | 'reviews' | 'updatedAt'>>
type AttemptSet = Partial<Omit<Mutable<typeof attempts>, 'version' | 'state' | 'queue' | 'updatedAt'>>
type AllocationSet = Partial<Omit<Mutable<typeof allocations>, 'version'>>

/** One booking of a decision. */
export interface Booked extends SettledBooking {
  readonly reference: string
}

/**
 * Gathers one decision about one payment. Nothing outside is touched; `finish` gives the whole. Every decision that changes a payment
 * carries at least one event, whose version of the payment it is.
 */
export class PaymentDraft {
  readonly now: number
  private readonly before: PaymentState
  private readonly fresh: boolean
  private paymentNow: PaymentRow
  private readonly attemptsNow: AttemptRow[]
  private readonly allocationsNow: AllocationRow[]
  private readonly sharesNow: ShareRow[]
  private readonly obligationsNow: ObligationRow[]
  private winnerNow: Id<'att'> | null
  private holdsNow: PaymentState['holds']
  private readonly guards: Guard[] = []
  private readonly effects: Effect[] = []
  private readonly events: EventDraft[] = []
  private readonly timers: TimerDraft[] = []
  private readonly bookedNow: Booked[] = []
  private reviewClosed = false

  /** `fresh`: the payment's row is not stored yet. */
  constructor(state: PaymentState, now: number, fresh = false) {
    this.before = state
    this.now = now
    this.fresh = fresh
    this.paymentNow = state.payment
    this.attemptsNow = [...state.attempts]
    this.allocationsNow = [...state.allocations]
    this.sharesNow = [...state.shares]
    this.obligationsNow = [...state.obligations]
    this.winnerNow = state.winner
    this.holdsNow = state.holds
  }

  get payment(): PaymentRow {
    return this.paymentNow
  }

  get state(): PaymentState {
    return {
      payment: this.paymentNow,
      attempts: this.attemptsNow,
      winner: this.winnerNow,
      allocations: this.allocationsNow,
      shares: this.sharesNow,
      obligations: this.obligationsNow,
      holds: this.holdsNow,
    }
  }

  /** What this decision booked so far. */
  get booked(): readonly Booked[] {
    return this.bookedNow
  }

  setPayment(set: PaymentSet): void {
    this.paymentNow = { ...this.paymentNow, ...set }
  }

  /** Moves an attempt by its machine and writes what came along. */
  move(id: string, event: AttemptEvent, set: AttemptSet = {}): void {
    const attempt = attemptOf(this.state, id)
    this.putAttempt({ ...attempt, ...set, state: step(ATTEMPT, attempt.state, event) })
  }

  /** Writes columns of an attempt without moving it. */
  touch(id: string, set: AttemptSet): void {
    this.putAttempt({ ...attemptOf(this.state, id), ...set })
  }

  addAttempt(row: AttemptRow): void {
    this.attemptsNow.push(queuedAttempt(row))
  }

  /** Makes this charge the one that counts; the database admits one a payment. */
  win(id: Id<'att'>): void {
    this.winnerNow = id
    this.guards.push(
      claim(paymentWinners, { merchant: this.paymentNow.merchant, payment: this.paymentNow.id, attempt: id }),
    )
  }

  /** Remembers under which id the gateway knows an attempt. */
  remember(attempt: AttemptRow, reference: string): void {
    const { merchant, payment, gateway, account, id, kind } = attempt
    this.effects.push(append(gatewayRefs, { merchant, gateway, account, reference, attempt: id, payment, kind }))
  }

  allocation(id: string, set: AllocationSet): void {
    const index = this.allocationsNow.findIndex((allocation) => allocation.id === id)
    const row = this.allocationsNow[index]
    if (row !== undefined) this.allocationsNow[index] = { ...row, ...set }
  }

  addAllocation(row: AllocationRow): void {
    this.allocationsNow.push(row)
    this.guards.push(claim(allocations, row))
  }

  addShare(row: ShareRow): void {
    this.sharesNow.push(row)
    this.effects.push(append(shares, row))
  }

  oblige(row: ObligationRow): void {
    this.obligationsNow.push(queued(row))
  }

  /** Closes the duty to reverse `attempt`, with proof. */
  discharge(attempt: string, proof: Proof): void {
    this.putObligation(attempt, { proof, due: null })
  }

  putObligation(attempt: string, set: Partial<Omit<Mutable<typeof obligations>, 'queue' | 'version'>>): void {
    const index = this.obligationsNow.findIndex((one) => one.attempt === attempt && one.proof === null)
    const row = this.obligationsNow[index]
    if (row !== undefined) this.obligationsNow[index] = queued({ ...row, ...set })
  }

  /**
   * Books postings under `reference` and gives the digest for the event that records them; null when there is nothing to book. `metadata`
   * says what decided them: the rule of a fee. Of a payment that settles in another currency, what they change of the merchant's money is
   * converted in the same transaction.
   */
  book(
    type: string,
    reference: string,
    postings: readonly Posting[],
    metadata: Readonly<Record<string, string>> | null = null,
  ): Uint8Array | null {
    if (postings.length === 0) return null
    const { merchant, id } = this.paymentNow
    const at = { effectiveAt: this.now, recordedAt: this.now }
    const settled = this.settled(postings, metadata)
    const made = ledgerTransaction({ merchant, reference, subject: id, type, ...settled, ...at })
    this.guards.push(...made.guards)
    this.bookedNow.push({ reference, ...settled })
    if (this.holdsNow !== null) this.holdsNow = [...this.holdsNow, ...postings.flatMap(holdOf)]
    return made.digest
  }

  /**
   * A booking about this payment as it is to be booked: where the payment settles in another currency, with the conversion of what it
   * changes of the merchant's money. The draft keeps what is converted by then, so each booking is asked about once.
   */
  settled(postings: readonly Posting[], metadata: Readonly<Record<string, string>> | null): SettledBooking {
    const { merchant, currency, settle, converted } = this.paymentNow
    if (settle === null) return { postings, metadata }
    const made = settleBooking(postings, currency, settle, converted)
    if (made.converted === converted) return { postings, metadata }
    this.setPayment({ converted: made.converted })
    this.timer(hedgeTimer(merchant, currency, settle.currency, this.now))
    const why = { ...metadata, fxQuote: settle.quote, fxRate: settle.rate }
    return { postings: [...postings, ...made.postings], metadata: why }
  }

  event(type: string, data: Readonly<Record<string, unknown>>, ledger: Uint8Array | null = null): void {
    this.events.push({ type, data, ledger })
  }

  /** Closes the open review with what a person decided. Another reason, in the same decision too, opens the next one. */
  closeReview(decided: Pick<ReviewRow, 'action' | 'note' | 'by'>): void {
    const { merchant, id: payment, reviews: number } = this.paymentNow
    const set = { ...decided, openFor: null, closedAt: this.now, version: 2 }
    this.guards.push(replace(reviews, { merchant, payment, number }, 1, set))
    this.setPayment({ needsReview: null })
    this.reviewClosed = true
  }

  timer(timer: TimerDraft): void {
    this.timers.push(timer)
  }

  guard(guard: Guard): void {
    this.guards.push(guard)
  }

  effect(effect: Effect): void {
    this.effects.push(effect)
  }

  finish(): Decision {
    const version = this.before.payment.version + this.events.length
    const status = statusOf(this.paymentNow, this.attemptsNow)
    const wasOpen = this.before.payment.needsReview !== null && !this.reviewClosed
    const reviewed = wasOpen ? this.paymentNow.reviews : this.openReview()
    const row: PaymentRow = { ...this.paymentNow, status, version, reviews: reviewed, updatedAt: this.now }
    this.paymentNow = row
    const { merchant, id } = row
    const first = this.fresh
      ? claim(payments, row)
      : replace(payments, { merchant, id }, this.before.payment.version, mutablePayment(row))
    const guards = [
      first,
      ...this.attemptGuards(),
      ...this.allocationGuards(),
      ...this.obligationGuards(),
      ...this.guards,
    ]
    return { state: this.state, guards, effects: this.effects, events: this.events, timers: this.timers }
  }

  /** Opens the review of a payment that needs one from now on; gives the number of its newest. */
  private openReview(): number {
    const { merchant, id: payment, needsReview: reason, reviews: last } = this.paymentNow
    if (reason === null) return last
    const closed = { action: null, note: null, by: null, closedAt: null }
    const number = last + 1
    const row = { merchant, payment, number, reason, openedAt: this.now, openFor: merchant, ...closed, version: 1 }
    this.effects.push(append(reviews, row))
    return number
  }

  private putAttempt(row: AttemptRow): void {
    this.attemptsNow[this.attemptsNow.findIndex((attempt) => attempt.id === row.id)] = queuedAttempt(row)
  }

  private attemptGuards(): Guard[] {
    const guards: Guard[] = []
    for (const [index, row] of this.attemptsNow.entries()) {
      const old = this.before.attempts[index]
      if (old === undefined) {
        this.effects.push(append(attempts, row))
      } else if (old !== row) {
        const next = { ...row, updatedAt: this.now, version: old.version + 1 }
        this.attemptsNow[index] = next
        const key = { merchant: row.merchant, payment: row.payment, id: row.id }
        guards.push(replace(attempts, key, old.version, mutableAttempt(next)))
      }
    }
    return guards
  }

  private allocationGuards(): Guard[] {
    const guards: Guard[] = []
    for (const [index, row] of this.allocationsNow.entries()) {
      const old = this.before.allocations[index]
      if (old === undefined || old === row) continue
      const next = { ...row, version: old.version + 1 }
      this.allocationsNow[index] = next
      const { merchant, payment, id, captured, capturePending, refunded, refundPending, version } = next
      const set = { captured, capturePending, refunded, refundPending, version }
      guards.push(replace(allocations, { merchant, payment, id }, old.version, set))
    }
    return guards
  }

  private obligationGuards(): Guard[] {
    const guards: Guard[] = []
    for (const [index, row] of this.obligationsNow.entries()) {
      const old = this.before.obligations[index]
      if (old === undefined) this.effects.push(append(obligations, row))
      if (old === undefined || old === row) continue
      const next = { ...row, updatedAt: this.now, version: old.version + 1 }
      this.obligationsNow[index] = next
      const { merchant, payment, id } = next
      guards.push(replace(obligations, { merchant, payment, id }, old.version, mutableObligation(next)))
    }
    return guards
  }
}

/** What a posting changes about the holds; a part that ends counts below zero. */
const holdOf = ({ debit, credit, amount, currency, phase }: Posting): readonly OpenHold[] =>
  phase === 'posted'
    ? []
    : [{ debit: debit.account, credit: credit.account, currency, amount: phase === 'pending' ? amount : -amount }]
