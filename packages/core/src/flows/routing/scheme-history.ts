import type { MethodType } from '../../gateways/index.ts'
import { type AttemptRow, isCharge, type PaymentRow } from '../../payments/index.ts'
import { type CardTry, type SchemeVerdict, schemeCaps } from '../../routing/index.ts'

const CARDS: ReadonlySet<MethodType> = new Set(['card', 'apple_pay', 'google_pay'])

/** What the schemes' retry rules say to one more charge of this payment's card, after those in `tried`. Other methods have no such rules. */
export const schemeVerdict = (payment: PaymentRow, tried: readonly AttemptRow[], now: number): SchemeVerdict => {
  const { method, amount, currency } = payment
  if (!CARDS.has(method.type)) return { allowed: true }
  const history = tried.filter((one) => isCharge(one) && one.state !== 'not_sent').map(tryOf)
  return schemeCaps(history, { network: method.network ?? null, amount, currency, dataChangedAt: null }, now)
}

const tryOf = ({ createdAt, amount, currency, state, decline }: AttemptRow): CardTry => ({
  at: createdAt,
  amount,
  currency,
  outcome: state === 'applied' ? 'approved' : state === 'rejected' ? 'declined' : 'open',
  decline,
})
