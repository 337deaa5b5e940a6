import type { ProviderCharge } from '../provider.ts'
import { disputedOf } from './dispute.ts'
import { toIso } from './minor-units.ts'
import { capturableOf, type Intent } from './payment.ts'

const stateOf = (intent: Intent): ProviderCharge['state'] => {
  if (intent.charge !== null && intent.charge.captured > 0) return 'captured'
  switch (intent.status) {
    case 'requires_capture':
      return 'authorized'
    case 'canceled':
      return 'canceled'
    case 'requires_payment_method':
      return intent.lastError === null ? 'waiting' : 'declined'
    default:
      return 'waiting'
  }
}

/** What the double believes of a payment, in the minor units of ISO 4217. */
export const bookOf = (intent: Intent): ProviderCharge => {
  const { charge, currency } = intent
  const iso = (amount: number): bigint => toIso(amount, currency)
  return {
    id: intent.id,
    reference: intent.metadata.florin_attempt ?? '',
    currency: currency.toUpperCase(),
    amount: iso(intent.amount),
    authorized: charge === null ? 0n : iso(charge.captured + capturableOf(charge)),
    captured: iso(charge?.captured ?? 0),
    refunded: iso(charge?.refunded ?? 0),
    disputed: iso(charge === null ? 0 : disputedOf(charge)),
    state: stateOf(intent),
  }
}
