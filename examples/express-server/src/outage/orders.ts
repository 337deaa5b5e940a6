import type { Dice } from '../faults/dice.ts'
import type { Order } from '../faults/orders.ts'

const TOKENS = [
  { stripe: 'pm_card_visa', adyen: 'test_card:visa' },
  { stripe: 'pm_card_visa', adyen: 'test_card:visa' },
  { stripe: 'pm_card_mastercard', adyen: 'test_card:mastercard' },
] as const
const NO_MONEY = { stripe: 'pm_card_visa_chargeDeclinedInsufficientFunds', adyen: 'test_card:insufficient_funds' }

const cents = (amount: number): string => `${Math.floor(amount / 100)}.${`${amount % 100}`.padStart(2, '0')}`

/** What a card with money is: the shop must sell to it whatever is the matter with one provider. */
export const hasMoney = ({ token }: Order): boolean => token !== NO_MONEY

/**
 * Orders with cards that both providers know: sales, reservations that are captured in part or in full, refunds; and now and then a card without
 * money, which no provider may charge. The first is a sale in full, the second a capture that comes later, so that few orders have both.
 */
export const makeOutageOrders = (dice: Dice, label: string, count: number): readonly Order[] =>
  Array.from({ length: count }, (_, index): Order => {
    const amount = dice.between(1_000, 99_999)
    const capture = index === 1 || (index > 1 && dice.oneIn(3)) ? 'manual' : 'automatic'
    const part = capture === 'manual' && dice.oneIn(2) ? dice.between(500, amount - 1) : null
    return {
      reference: `${label}-${index}`,
      amount: cents(amount),
      token: index > 1 && dice.oneIn(8) ? NO_MONEY : dice.pick(TOKENS),
      capture,
      nextToken: null,
      switchCard: false,
      afterwards: { capture: part === null ? null : cents(part) },
      refunds: index === 0 || dice.oneIn(3) ? [cents(dice.between(1, part ?? amount))] : [],
    }
  })
