import { type BookedOperation, type BookedOrder, capturedOf, refundedOf, UNDECIDED } from './order.ts'
import { TOKENS } from './tokens.ts'

/** What a request may be refused with; nothing was done then. */
export type Refusal =
  | 'amount_above_captured'
  | 'amount_above_hold'
  | 'order_captured'
  | 'order_not_captured'
  | 'order_not_found'
  | 'order_not_held'
  | 'token_unknown'

const MINUTE_MS = 60_000
const UNPAID_MS = 30 * MINUTE_MS
const HOLD_MS = 7 * 24 * 60 * MINUTE_MS

/** Somebody has to hear of it: an order changed, or one operation of it did. */
export type Announce = (order: BookedOrder, operation: BookedOperation | null) => void

/** What a new order says. */
export type NewOrder = Pick<BookedOrder, 'reference' | 'mode' | 'amount' | 'currency' | 'returnUrl'>

/** Guilder Pay's orders and what may be done to them. */
export class Books {
  readonly #orders = new Map<string, BookedOrder>()
  readonly #announce: Announce
  #numbers = 0

  constructor(announce: Announce) {
    this.#announce = announce
  }

  all(): readonly BookedOrder[] {
    return [...this.#orders.values()]
  }

  find(by: (order: BookedOrder) => boolean): BookedOrder | undefined {
    const order = this.all().find(by)
    if (order !== undefined) this.#lapse(order)
    return order
  }

  open(asked: NewOrder): BookedOrder {
    const order: BookedOrder = {
      ...asked,
      id: this.#number('gp'),
      operations: [],
      state: 'open',
      expiresAt: Date.now() + UNPAID_MS,
      outcome: null,
      declined: null,
    }
    this.#orders.set(order.id, order)
    return order
  }

  /** An order that cannot be paid any more stays as it is: its state says why. */
  pay(order: BookedOrder, token: string): Refusal | null {
    const outcome = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined
    if (outcome === undefined) return 'token_unknown'
    if (order.state !== 'open') return null
    order.outcome = outcome
    if (outcome.code !== undefined) return this.#decline(order, outcome.code, outcome.advice)
    if (outcome.challenge !== true) return this.#approve(order)
    if (order.returnUrl === null) return this.#decline(order, '65') // nobody to ask
    order.state = 'awaiting_buyer'
    this.#announce(order, null)
    return null
  }

  /** What the buyer said at the bank's page; false where nobody is asked any more. */
  answer(order: BookedOrder, confirmed: boolean): boolean {
    if (order.state !== 'awaiting_buyer') return false
    if (confirmed) this.#approve(order)
    else this.#decline(order, '81')
    return true
  }

  /** The one capture of a hold; what it leaves is released. */
  capture(order: BookedOrder, reference: string, amount: bigint): Refusal | null {
    if (order.state !== 'held') return 'order_not_held'
    if (amount > order.amount) return 'amount_above_hold'
    order.state = 'captured'
    return this.#done(order, 'capture', reference, amount)
  }

  /** Releases what is held, and calls off what is not paid yet. Of what holds nothing any more it releases nothing. */
  cancel(order: BookedOrder, reference: string): Refusal | null {
    if (order.state === 'captured') return 'order_captured'
    const released = order.state === 'held' ? order.amount : 0n
    if (UNDECIDED.has(order.state)) order.state = 'voided'
    return this.#done(order, 'cancellation', reference, released)
  }

  /** Accepts a refund; the bank decides when `settle` is called. */
  refund(order: BookedOrder, reference: string, amount: bigint): Refusal | null {
    if (order.state !== 'captured') return 'order_not_captured'
    if (refundedOf(order) + amount > capturedOf(order)) return 'amount_above_captured'
    this.#operate(order, 'refund', reference, amount, 'accepted')
    return null
  }

  /** The banks decide about every refund that waits. */
  settle(): void {
    for (const order of this.#orders.values())
      for (const operation of order.operations) {
        if (operation.state !== 'accepted') continue
        const fails = order.outcome?.refundFails === true
        operation.state = fails ? 'failed' : 'done'
        operation.failure = fails ? 'account_closed' : null
        this.#announce(order, operation)
      }
  }

  /** The banks send back every refund that they had paid out. */
  returnRefunds(): void {
    for (const order of this.#orders.values())
      for (const operation of order.operations) {
        if (operation.kind !== 'refund' || operation.state !== 'done') continue
        operation.state = 'returned'
        operation.failure = 'account_closed'
        this.#announce(order, operation)
      }
  }

  #number(prefix: string): string {
    this.#numbers += 1
    return `${prefix}_${String(this.#numbers).padStart(6, '0')}`
  }

  #approve(order: BookedOrder): null {
    order.state = order.mode === 'hold' ? 'held' : 'captured'
    order.expiresAt = Date.now() + HOLD_MS
    this.#announce(order, null)
    return null
  }

  #decline(order: BookedOrder, code: string, advice: string | null = null): null {
    order.state = 'declined'
    order.declined = { code, advice }
    this.#announce(order, null)
    return null
  }

  #lapse(order: BookedOrder): void {
    if (!UNDECIDED.has(order.state) || order.expiresAt > Date.now()) return
    order.state = 'lapsed'
    this.#announce(order, null)
  }

  #done(order: BookedOrder, kind: BookedOperation['kind'], reference: string, amount: bigint): null {
    this.#announce(order, this.#operate(order, kind, reference, amount, 'done'))
    return null
  }

  #operate(
    order: BookedOrder,
    kind: BookedOperation['kind'],
    reference: string,
    amount: bigint,
    state: BookedOperation['state'],
  ): BookedOperation {
    const id = this.#number(kind === 'capture' ? 'cap' : kind === 'refund' ? 'ref' : 'can')
    const operation: BookedOperation = { id, kind, reference, amount, state, failure: null, at: Date.now() }
    order.operations.push(operation)
    return operation
  }
}
