import type { Dice } from './dice.ts'

/** What one buyer, and then the shop, wants to do. Every step has an idempotency key, so that it can be repeated after a crash. */
export interface Order {
  readonly reference: string
  readonly amount: string
  /** A token of the default gateway, or one for each that knows the card. */
  readonly token: string | Readonly<Record<string, string>>
  readonly capture: 'automatic' | 'manual'
  /** After a decline, or in place of a challenge where `switchCard`. */
  readonly nextToken: string | null
  /** Leaves the bank's page and takes the other card. */
  readonly switchCard: boolean
  /** What to do with reserved money: a part, all of it, or give it back. */
  readonly afterwards: { readonly capture: string | null } | 'cancel'
  readonly refunds: readonly string[]
}

const TOKENS = [
  'tok_approve',
  'tok_approve',
  'tok_approve',
  'tok_approve_mastercard',
  'tok_insufficient_funds',
  'tok_do_not_honor',
  'tok_3ds',
  'tok_3ds_declined',
  'tok_pending',
  'tok_pending_declined',
  'tok_slow',
] as const

const cents = (amount: number): string => `${Math.floor(amount / 100)}.${`${amount % 100}`.padStart(2, '0')}`

/** A round's orders. The amounts differ, so that one in the wrong place is seen. */
export const makeOrders = (dice: Dice, round: number | string, count: number): readonly Order[] =>
  Array.from({ length: count }, (_, index): Order => {
    const amount = dice.between(1_000, 99_999)
    const capture = dice.oneIn(2) ? 'manual' : 'automatic'
    const part = dice.oneIn(2) && capture === 'manual' ? dice.between(500, amount - 1) : null
    const taken = part ?? amount
    const first = dice.between(1, taken)
    const refunds = dice.oneIn(2) ? [] : dice.oneIn(2) || first === taken ? [first] : [first, taken - first]
    return {
      reference: `round-${round}-order-${index}`,
      amount: cents(amount),
      token: dice.pick(TOKENS),
      capture,
      nextToken: dice.oneIn(3) ? null : 'tok_approve',
      switchCard: dice.oneIn(4),
      afterwards: dice.oneIn(8) ? 'cancel' : { capture: part === null ? null : cents(part) },
      refunds: refunds.map(cents),
    }
  })
