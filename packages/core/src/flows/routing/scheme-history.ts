import type { MethodType } from '../../gateways/index.ts'
import { type AttemptRow, attempts, isCharge } from '../../payments/index.ts'
import { type CardTry, type SchemeVerdict, schemeCaps } from '../../routing/index.ts'
import type { FlowContext } from '../context.ts'
import type { CreateRequest } from '../payments/create-request.ts'

/** What of a charge the schemes count by. */
export type CardCharge = Pick<CreateRequest, 'merchant' | 'method' | 'amount' | 'currency'>

const CARDS: ReadonlySet<MethodType> = new Set(['card', 'apple_pay', 'google_pay'])

/** More than any limit counts: a card that was tried more often was refused long before. */
const MOST_TRIES = 200

/**
 * The charges of a stored card, at whatever gateway and for whatever payment, newest first. A card that comes as a token each time is not
 * recognised: its tries are counted within one act of the buyer.
 */
export const cardHistory = async (
  context: FlowContext,
  { merchant, method }: CardCharge,
): Promise<readonly AttemptRow[]> => {
  if (method.stored === null || !CARDS.has(method.type)) return []
  const equals = { paymentMethod: method.stored, merchant }
  const query = { index: 'method', equals, descending: true, limit: MOST_TRIES } as const
  return (await context.storage.find(attempts, query)).rows
}

/** What the schemes' retry rules say to one more charge of a card after these. Other methods have no such rules. */
export const schemeVerdict = (charge: CardCharge, tried: readonly AttemptRow[], now: number): SchemeVerdict => {
  const { method, amount, currency } = charge
  if (!CARDS.has(method.type)) return { allowed: true }
  const history = tried.filter((one) => isCharge(one) && one.state !== 'not_sent').map(tryOf)
  return schemeCaps(history, { network: method.instrument.network ?? null, amount, currency, dataChangedAt: null }, now)
}

const tryOf = ({ createdAt, amount, currency, state, decline }: AttemptRow): CardTry => ({
  at: createdAt,
  amount,
  currency,
  outcome: state === 'applied' ? 'approved' : state === 'rejected' ? 'declined' : 'open',
  decline,
})
