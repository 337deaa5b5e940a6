import type { Charge, ChargeOwner, Operation } from './charge.ts'

/** One capture, refund, or movement of a dispute in a settlement. Amounts are minor units. */
export interface SettlementItem {
  readonly type: 'capture' | 'refund' | 'dispute'
  readonly id: string
  readonly charge: string
  readonly chargeReference: string
  readonly reference: string | null
  /** Positive for captures, refunds and what disputes take; below zero for what failed after all, or came back. */
  readonly amount: bigint
  readonly fee: bigint
  /** When it happened. */
  readonly at: number
}

/** One day's money of one account in one currency. `net = captured − refunded − disputed − fees`, below zero on a day of refunds. */
export interface Settlement {
  readonly id: string
  readonly account: string
  readonly currency: string
  /** The UTC day that it covers, `YYYY-MM-DD`. */
  readonly date: string
  readonly settledAt: number
  readonly captured: bigint
  readonly refunded: bigint
  /** Taken back for disputes, less what came back. */
  readonly disputed: bigint
  readonly fees: bigint
  readonly net: bigint
  readonly items: readonly SettlementItem[]
}

/** What is settled: an operation, or the money and the fee of a dispute. */
export type Booked = Omit<Operation, 'object'> & { readonly object: Operation['object'] | 'dispute' }

interface Batch {
  readonly account: ChargeOwner
  readonly currency: string
  captured: bigint
  refunded: bigint
  disputed: bigint
  fees: bigint
  readonly items: Booked[]
}

/** A day of UTC, which has no leap seconds here. */
export const DAY_MS = 86_400_000

/** The acquirer's settlement clock: a batch a day, closed at midnight UTC. A day on which nothing happened has none. */
export class SettlementClock {
  readonly #batches = new Map<ChargeOwner, Map<string, Batch>>()
  readonly #closed: Settlement[] = []
  readonly #remember: number
  #closesAt = Number.POSITIVE_INFINITY
  constructor(remember: number) {
    this.#remember = remember
  }

  /** When the open batch closes; infinitely late while there is none. */
  get closesAt(): number {
    return this.#closesAt
  }

  get settlements(): readonly Settlement[] {
    return [...this.#closed]
  }

  add(operation: Booked): void {
    if (this.#batches.size === 0) this.#closesAt = (Math.floor(operation.createdAt / DAY_MS) + 1) * DAY_MS
    const batch = this.#batchOf(operation.charge)
    if (operation.object === 'refund') batch.refunded += operation.amount
    else if (operation.object === 'dispute') batch.disputed += operation.amount
    else batch.captured += operation.amount
    batch.fees += operation.fee
    // The totals count everything; the items are bounded like all else that is remembered.
    if (batch.items.length < this.#remember) batch.items.push(operation)
  }

  #batchOf({ account, currency }: Charge): Batch {
    const batches = this.#batches.get(account) ?? new Map<string, Batch>()
    if (batches.size === 0) this.#batches.set(account, batches)
    let batch = batches.get(currency)
    if (batch === undefined) {
      batch = { account, currency, captured: 0n, refunded: 0n, disputed: 0n, fees: 0n, items: [] }
      batches.set(currency, batch)
    }
    return batch
  }

  /** Closes the open day early, at `now`, or at its end once that has come. Returns what was settled. */
  close(now: number, id: () => string): readonly Settlement[] {
    if (this.#batches.size === 0) return []
    const settledAt = Math.min(now, this.#closesAt)
    const date = new Date(this.#closesAt - DAY_MS).toISOString().slice(0, 10)
    const settled: Settlement[] = []
    for (const batches of this.#batches.values()) {
      for (const { account, items, ...sums } of batches.values()) {
        const net = sums.captured - sums.refunded - sums.disputed - sums.fees
        settled.push({ id: id(), account: account.name, date, settledAt, ...sums, net, items: items.map(item) })
      }
    }
    this.#batches.clear()
    this.#closed.push(...settled)
    this.#closesAt = Number.POSITIVE_INFINITY
    return settled
  }
}

const item = (operation: Booked): SettlementItem => ({
  type: operation.object === 'refund' || operation.object === 'dispute' ? operation.object : 'capture',
  id: operation.id,
  charge: operation.charge.id,
  chargeReference: operation.charge.reference,
  reference: operation.reference,
  amount: operation.amount,
  fee: operation.fee,
  at: operation.createdAt,
})
