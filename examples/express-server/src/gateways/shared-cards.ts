import type { SharedCard } from '../shop/cards.ts'

const CARD = { type: 'card' } as const
const VISA = { network: 'visa', last4: null, method: CARD } as const // its number is another one at each provider
const MASTERCARD = { ...VISA, network: 'mastercard' } as const

/**
 * Cards as a page has them that tokenises for each provider, which for real cards is their scripts' work. The last three show what a
 * decline leads to: what the card's bank said is the same everywhere, and what only one provider's line to it said is not.
 */
const CARDS: readonly SharedCard[] = [
  {
    ...VISA,
    tokens: { stripe: 'pm_card_visa', adyen: 'test_card:visa' },
    summary: 'Visa, approved',
    group: 'approved',
  },
  {
    ...MASTERCARD,
    tokens: { stripe: 'pm_card_mastercard', adyen: 'test_card:mastercard' },
    summary: 'Mastercard, approved',
    group: 'approved',
  },
  {
    ...VISA,
    tokens: { stripe: 'pm_card_chargeDeclinedProcessingError', adyen: 'test_card:visa' },
    summary: 'Visa, processing error at Stripe',
    group: 'approved',
  },
  {
    ...VISA,
    tokens: { stripe: 'pm_card_visa', adyen: 'test_card:issuer_unavailable' },
    summary: 'Visa, issuer out of Adyen’s reach',
    group: 'approved',
  },
  {
    ...VISA,
    tokens: { stripe: 'pm_card_threeDSecure2Required', adyen: 'test_card:threeds' },
    summary: '3-D Secure is required',
    group: 'challenge',
  },
  {
    ...VISA,
    tokens: { stripe: 'pm_card_visa_chargeDeclinedInsufficientFunds', adyen: 'test_card:insufficient_funds' },
    summary: 'Not enough money',
    group: 'declined',
  },
]

/** The cards that all of these gateways know together; none where there is one gateway only. */
export const sharedCards = (gateways: readonly { readonly name: string }[]): readonly SharedCard[] => {
  const open = new Set(gateways.map(({ name }) => name))
  return CARDS.filter(({ tokens }) => Object.keys(tokens).every((name) => open.has(name)))
}
