import { FlorinError } from '@florin/core'
import { cancel, expire } from './cancel.ts'
import { capture } from './capture.ts'
import { closeDispute, decide, escalate, openDispute, updateDispute } from './disputing.ts'
import { Form } from './form.ts'
import { NO_METADATA } from './metadata.ts'
import { fromIso } from './minor-units.ts'
import type { Dispute, Intent } from './payment.ts'
import { failRefund, refund } from './refunding.ts'
import { Refusal } from './refusal.ts'
import type { State } from './state.ts'
import { byItself } from './take-money.ts'

/**
 * What somebody does at Stripe's website, or Stripe by itself: real, announced by webhook, and ordered by nobody here; its refunds
 * carry no metadata. A payment is named by its id or by the reference that we gave it, amounts are minor units of ISO 4217. What is
 * not possible throws `FlorinError`: `not_found` or `invalid_state`.
 */
export interface StripeDashboard {
  /** Gives back `amount`, or all that is left. Returns the refund's id. */
  refund(payment: string, amount?: bigint): string
  /** Captures `amount`, or all that is held, and releases the rest. */
  capture(payment: string, amount?: bigint): void
  cancel(payment: string): void
  /** The authorisation lapses now. */
  expire(payment: string): void
  /** A refund that succeeded, or is pending, fails after all. */
  failRefund(refund: string): void
  /** The buyer's bank disputes a captured payment. Returns the dispute's id. */
  openDispute(payment: string, what?: StripeDispute): string
  /** An inquiry becomes a chargeback, which takes the money. */
  escalateDispute(dispute: string): void
  /** The bank decides; an inquiry can only be won, which closes it. */
  decideDispute(dispute: string, how: 'won' | 'lost'): void
  /** Somebody sends evidence, or gives up, at Stripe's website. */
  answerDispute(dispute: string): void
  acceptDispute(dispute: string): void
}

/** What a dispute is opened with. */
export interface StripeDispute {
  /** Minor units of ISO 4217. Default: all that is left of the payment. */
  readonly amount?: bigint
  /** A question that takes no money. Default: a chargeback, which does. */
  readonly inquiry?: boolean
  /** In Stripe's words. Default: `fraudulent`. */
  readonly reason?: string
}

/** A payment by its id or our reference; the latest, if several have it. */
export const findIntent = (state: State, payment: string): Intent => {
  const direct = state.intents.get(payment)
  if (direct !== undefined) return direct
  const found = [...state.intents.values()].filter(({ metadata }) => metadata.florin_attempt === payment).at(-1)
  if (found === undefined) throw new FlorinError('not_found', `the Stripe double has no payment '${payment}'`)
  return found
}

/** Runs what somebody does by hand; a refusal of Stripe's becomes an error of ours. */
export const byHand = <T>(state: State, act: () => T): T => {
  state.now = state.options.clock.now()
  let result: { value: T } | undefined
  try {
    byItself(state, () => {
      result = { value: act() }
    })
  } catch (error) {
    if (error instanceof Refusal) throw new FlorinError('invalid_state', `the Stripe double: ${error.error.message}`)
    throw error
  }
  return (result as { value: T }).value
}

/** The dashboard of a double. */
export const createDashboard = (state: State): StripeDashboard => ({
  refund: (payment, amount) =>
    byHand(state, () => {
      const intent = findIntent(state, payment)
      if (intent.charge === null) throw new FlorinError('invalid_state', `'${payment}' has no charge to refund`)
      const given = amount === undefined ? null : fromIso(amount, intent.currency)
      return refund(state, intent.charge, given, NO_METADATA, 'requested_by_customer').id
    }),
  capture: (payment, amount) =>
    byHand(state, () => {
      const intent = findIntent(state, payment)
      capture(state, intent, amount === undefined ? null : fromIso(amount, intent.currency), true)
    }),
  cancel: (payment) => byHand(state, () => cancel(state, findIntent(state, payment), 'requested_by_customer')),
  expire: (payment) =>
    byHand(state, () => {
      const { charge, status } = findIntent(state, payment)
      if (charge === null || status !== 'requires_capture')
        throw new FlorinError('invalid_state', `'${payment}' is ${status}; only what is held lapses`)
      expire(state, charge)
    }),
  failRefund: (id) =>
    byHand(state, () => {
      const made = state.refunds.get(id)
      if (made === undefined) throw new FlorinError('not_found', `the Stripe double has no refund '${id}'`)
      failRefund(state, made)
    }),
  ...createDisputes(state),
})

type Disputes = 'openDispute' | 'escalateDispute' | 'decideDispute' | 'answerDispute' | 'acceptDispute'

const createDisputes = (state: State): Pick<StripeDashboard, Disputes> => {
  const act = (id: string, run: (dispute: Dispute) => void): void =>
    byHand(state, () => {
      const dispute = state.disputes.get(id)
      if (dispute === undefined) throw new FlorinError('not_found', `the Stripe double has no dispute '${id}'`)
      run(dispute)
    })
  return {
    openDispute: (payment, { amount, inquiry = false, reason = 'fraudulent' } = {}) =>
      byHand(state, () => {
        const { charge, currency } = findIntent(state, payment)
        if (charge === null || charge.captured === 0)
          throw new FlorinError('invalid_state', `'${payment}' has no captured charge to dispute`)
        const given = amount === undefined ? null : fromIso(amount, currency)
        return openDispute(state, charge, { amount: given, inquiry, reason }).id
      }),
    escalateDispute: (id) => act(id, (dispute) => escalate(state, dispute)),
    decideDispute: (id, how) => act(id, (dispute) => decide(state, dispute, how)),
    answerDispute: (id) => act(id, (dispute) => void updateDispute(state, dispute, BY_HAND)),
    acceptDispute: (id) => act(id, (dispute) => void closeDispute(state, dispute)),
  }
}

const BY_HAND = new Form('evidence[uncategorized_text]=by%20hand')
