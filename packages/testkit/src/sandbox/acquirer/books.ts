import type { ChargeStatus } from '../wire.ts'
import { type Charge, heldOf, statusOf } from './charge.ts'

/** The acquirer's own totals in one currency, minor units. `authorized = held + captured + released` always. */
export interface CurrencyBooks {
  /** Ever authorised, increments included. */
  readonly authorized: bigint
  /** Held at this moment. */
  readonly held: bigint
  readonly captured: bigint
  readonly refunded: bigint
  readonly released: bigint
  readonly fees: bigint
  /** Taken back for disputes, and not given back. */
  readonly disputed: bigint
  /** Paid out to the merchant in settlements. */
  readonly settled: bigint
}

/** One charge's own totals, minor units. */
export interface ChargeBooks {
  readonly id: string
  readonly account: string
  readonly reference: string
  readonly status: ChargeStatus
  readonly currency: string
  readonly authorized: bigint
  readonly held: bigint
  readonly captured: bigint
  readonly refunded: bigint
  readonly released: bigint
  /** Taken back for disputes, and not given back. */
  readonly disputed: bigint
  readonly fee: bigint
}

/** A snapshot for tests to compare with a ledger. */
export interface Books {
  readonly currencies: Readonly<Record<string, CurrencyBooks>>
  /** Every charge that is still remembered, oldest first. */
  readonly charges: readonly ChargeBooks[]
}

/** Running totals of one currency. */
export interface Totals {
  authorized: bigint
  captured: bigint
  refunded: bigint
  released: bigint
  fees: bigint
  disputed: bigint
  settled: bigint
}

/** Totals by currency; they outlive the charges that the acquirer forgets. */
export class Ledger {
  readonly #totals = new Map<string, Totals>()

  of(currency: string): Totals {
    let totals = this.#totals.get(currency)
    if (totals === undefined) {
      totals = { authorized: 0n, captured: 0n, refunded: 0n, released: 0n, fees: 0n, disputed: 0n, settled: 0n }
      this.#totals.set(currency, totals)
    }
    return totals
  }

  snapshot(charges: Iterable<Charge>): Books {
    const currencies: Record<string, CurrencyBooks> = {}
    for (const [currency, totals] of this.#totals) {
      currencies[currency] = { ...totals, held: totals.authorized - totals.captured - totals.released }
    }
    return { currencies, charges: [...charges].map(chargeBooks) }
  }
}

const chargeBooks = (charge: Charge): ChargeBooks => ({
  id: charge.id,
  account: charge.account.name,
  reference: charge.reference,
  status: statusOf(charge),
  currency: charge.currency,
  authorized: charge.authorized,
  held: heldOf(charge),
  captured: charge.captured,
  refunded: charge.refunded,
  released: charge.released,
  disputed: charge.disputed,
  fee: charge.fee,
})
