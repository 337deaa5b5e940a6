import type { InstrumentFacts } from '@florin/core/gateways'
import { fromStripe } from '../amount.ts'
import type { WireCharge } from '../wire/charge.ts'
import type { WireIntent } from '../wire/intent.ts'

const LAST4 = /^[0-9]{4}$/
const NETWORK = /^[a-z][a-z_]{1,31}$/
const COUNTRY = /^[A-Z]{2}$/
const TRANSACTION = /^[\w.=+/-]{1,64}$/

const held = (text: string | null | undefined, shape: RegExp): string | undefined =>
  text !== null && text !== undefined && shape.test(text) ? text : undefined

/** The charge of an intent, where it was expanded. */
export const chargeIn = ({ latest_charge: charge }: WireIntent): WireCharge | null =>
  charge !== null && typeof charge === 'object' ? charge : null

/** The id of an intent's latest charge. */
export const chargeIdOf = ({ latest_charge: charge }: WireIntent): string | null =>
  typeof charge === 'string' ? charge : (charge?.id ?? null)

/** The network of a charge's card. */
export const networkOf = (charge: WireCharge | null): string | null => {
  const card = charge?.payment_method_details?.card
  return held(card?.network ?? card?.brand, NETWORK) ?? null
}

/** What may be shown and kept of the card. */
export const instrumentOf = (charge: WireCharge | null): InstrumentFacts | undefined => {
  const card = charge?.payment_method_details?.card
  if (card === null || card === undefined) return undefined
  return {
    network: networkOf(charge) ?? undefined,
    last4: held(card.last4, LAST4),
    networkTransactionId: held(card.network_transaction_id, TRANSACTION),
    country: held(card.country, COUNTRY),
  }
}

/** When the authorisation lapses, in milliseconds. */
export const lapsesAt = (charge: WireCharge | null): number | undefined => {
  const at = charge?.payment_method_details?.card?.capture_before
  return at === null || at === undefined || at === 0 ? undefined : at * 1_000
}

/**
 * What Stripe kept of `taken`, where its balance transaction came along, is about this very amount, and is in the payment's currency:
 * else the cost is left to the settlement.
 */
export const costOf = (charge: WireCharge | null, taken: number): bigint | undefined => {
  const booked = charge?.balance_transaction
  if (charge === null || booked === null || booked === undefined || typeof booked === 'string') return undefined
  if (booked.currency !== charge.currency || booked.amount !== taken || booked.fee <= 0) return undefined
  return fromStripe(booked.fee, charge.currency.toUpperCase()) ?? undefined
}
