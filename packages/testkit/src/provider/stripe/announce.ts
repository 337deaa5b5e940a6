import type { Account } from './account.ts'
import { wireCharge } from './charge.ts'
import { wireDispute } from './dispute.ts'
import { wireIntent } from './intent.ts'
import { STRIPE_VERSION } from './options.ts'
import type { Charge, Dispute, Intent, Refund } from './payment.ts'
import { wireRefund } from './refund.ts'
import type { State } from './state.ts'

/** Members with their values from before a change. */
type Previous = Readonly<Record<string, unknown>>

const announce = (state: State, account: Account, type: string, object: unknown, previous?: Previous): void => {
  const { id, idempotencyKey, copies } = state.inHand
  const event = {
    id: state.ids.make('evt'),
    object: 'event',
    api_version: STRIPE_VERSION,
    created: state.second(),
    data: previous === undefined ? { object } : { object, previous_attributes: previous },
    livemode: false,
    pending_webhooks: 1,
    request: { id, idempotency_key: idempotencyKey },
    type,
  }
  const body = JSON.stringify(event)
  state.outbox.send({ id: event.id, account, type, created: event.created, body }, copies)
}

/** Makes an event about a PaymentIntent as it is now. */
export const announceIntent = (state: State, intent: Intent, type: string): void => {
  if (state.options.events) announce(state, intent.account, `payment_intent.${type}`, wireIntent(intent))
}

/** Makes an event about a charge as it is now. */
export const announceCharge = (state: State, charge: Charge, type: string, previous?: Previous): void => {
  if (state.options.events) announce(state, charge.intent.account, `charge.${type}`, wireCharge(charge), previous)
}

/** Makes an event about a refund as it is now: `refund.…` or, for those that listen to it still, `charge.refund.updated`. */
export const announceRefund = (state: State, refund: Refund, type: string, previous?: Previous): void => {
  if (state.options.events) announce(state, refund.charge.intent.account, type, wireRefund(refund), previous)
}

/** Makes an event about a dispute as it is now. */
export const announceDispute = (state: State, dispute: Dispute, type: string, previous?: Previous): void => {
  const { account } = dispute.charge.intent
  if (state.options.events) announce(state, account, `charge.dispute.${type}`, wireDispute(dispute), previous)
}
