import { type EventCode, eventDate, type NotificationItem } from './notification.ts'
import type { Dispute, DisputeWebhook, Merchant, Modification, ModificationKind, Payment } from './payment.ts'
import { makeReference, type State } from './state.ts'

const flag = (success: boolean): 'true' | 'false' => (success ? 'true' : 'false')

const amountOf = (value: bigint, currency: string): NotificationItem['amount'] => ({ currency, value: Number(value) })

/** What the scheme tells about a payment: in the answer, and in the webhook about it. */
export const additionalDataOf = (payment: Payment): Record<string, string> => {
  const { card, stored } = payment
  if (card === null) return { paymentMethod: payment.method }
  return {
    authCode: authCodeOf(payment),
    cardBin: card.bin,
    cardSummary: card.last4,
    expiryDate: card.expiry,
    paymentMethod: card.brand,
    ...(card.holderName === null ? {} : { cardHolderName: card.holderName }),
    ...(stored === null
      ? {}
      : {
          'tokenization.storedPaymentMethodId': stored.id,
          'tokenization.shopperReference': stored.shopperReference,
          'tokenization.store.operationType': 'created',
        }),
  }
}

/** Six digits, as issuers give them; the same for the same payment. */
export const authCodeOf = (payment: Payment): string =>
  `${Number.parseInt(payment.id.slice(-8), 36) % 1_000_000}`.padStart(6, '0')

/** AUTHORISATION: how a payment was decided. */
export const announceAuthorisation = (state: State, payment: Payment): void => {
  const { card, outcome } = payment
  const success = outcome?.resultCode === 'Authorised'
  const approval = card === null ? '' : `${authCodeOf(payment)}:${card.last4}:${card.expiry}`
  state.notices.add(
    payment.merchant,
    {
      ...itemOf(state, payment, 'AUTHORISATION', success),
      additionalData: additionalDataOf(payment),
      ...(success
        ? { operations: payment.captureAfterMs === null ? ['CANCEL', 'CAPTURE', 'REFUND'] : ['REFUND'] }
        : {}),
      reason: success ? approval : (outcome?.refusal?.reason ?? ''),
    },
    payment.copies,
  )
}

/** EXPIRE and OFFER_CLOSED: a payment ended by itself. `amount` is what it no longer holds. */
export const announceEnd = (state: State, payment: Payment, code: 'EXPIRE' | 'OFFER_CLOSED', amount: bigint): void => {
  const item = itemOf(state, payment, code, true)
  state.notices.add(payment.merchant, { ...item, amount: amountOf(amount, payment.currency) }, payment.copies)
}

const itemOf = (state: State, payment: Payment, eventCode: EventCode, success: boolean): NotificationItem => ({
  additionalData: {},
  amount: amountOf(payment.amount, payment.currency),
  eventCode,
  eventDate: eventDate(state.now),
  merchantAccountCode: payment.merchant.merchantAccount,
  merchantReference: payment.reference,
  paymentMethod: payment.method,
  pspReference: payment.id,
  reason: '',
  success: flag(success),
})

const EVENT_CODES: Readonly<Record<ModificationKind, EventCode>> = {
  amount_update: 'AUTHORISATION_ADJUSTMENT',
  cancel: 'CANCELLATION',
  capture: 'CAPTURE',
  refund: 'REFUND',
  reversal: 'CANCEL_OR_REFUND',
  technical_cancel: 'TECHNICAL_CANCEL',
}

/**
 * What became of a modification. `merchantReference` is the modification's own, else the payment's; a technical cancel's is always the
 * payment's, as in Adyen's example of TECHNICAL_CANCEL.
 */
export const announceModification = (
  state: State,
  modification: Modification,
  { success, reason, code }: { readonly success: boolean; readonly reason: string; readonly code?: EventCode },
): void => {
  const { kind, merchant, paymentReference, action } = modification
  const payment = modification.payments.at(-1)
  const own = kind === 'technical_cancel' ? paymentReference : (modification.reference ?? paymentReference)
  const item: NotificationItem = {
    additionalData: action === null ? {} : { 'modification.action': action },
    amount: amountOf(modification.amount ?? payment?.amount ?? 0n, modification.currency),
    eventCode: code ?? EVENT_CODES[kind],
    eventDate: eventDate(state.now),
    merchantAccountCode: merchant.merchantAccount,
    merchantReference: own,
    ...(payment === undefined ? {} : { originalReference: payment.id, paymentMethod: payment.method }),
    pspReference: modification.id,
    reason,
    success: flag(success),
  }
  state.notices.add(merchant, item, modification.copies)
}

/** A step of a dispute. All of its webhooks have its `pspReference`, and the payment's as `originalReference`. */
export const announceDispute = (state: State, dispute: Dispute, { code, status }: DisputeWebhook): void => {
  const { payment, amount, reason, reasonCode } = dispute
  const of = dispute.stage === 'inquiry' ? 'rfi' : 'chargeback'
  const due = code === 'NOTIFICATION_OF_CHARGEBACK' || code === 'REQUEST_FOR_INFORMATION' || code === 'CHARGEBACK'
  const item: NotificationItem = {
    additionalData: {
      [`${of}ReasonCode`]: reasonCode,
      [`${of}SchemeCode`]: payment.method,
      disputeStatus: status,
      ...(due ? { defensePeriodEndsAt: eventDate(dispute.dueAt), defendable: 'true' } : {}),
    },
    amount: amountOf(amount, payment.currency),
    eventCode: code,
    eventDate: eventDate(state.now),
    merchantAccountCode: payment.merchant.merchantAccount,
    merchantReference: payment.reference,
    originalReference: payment.id,
    paymentMethod: payment.method,
    pspReference: dispute.id,
    reason,
    success: 'true',
  }
  state.notices.add(payment.merchant, item, state.copies)
}

/** A webhook of a test's own making: what is not given is made up, the signature is the double's. */
export interface AdyenNotice extends Partial<Omit<NotificationItem, 'eventCode'>> {
  /** Any, also one that nobody has heard of. */
  readonly eventCode: string
}

/** Sends a webhook that nothing at the double led to. */
export const announceNotice = (state: State, merchant: Merchant, notice: AdyenNotice): void =>
  state.notices.add(
    merchant,
    {
      additionalData: {},
      amount: { currency: 'EUR', value: 0 },
      eventDate: eventDate(state.now),
      merchantAccountCode: merchant.merchantAccount,
      merchantReference: '',
      pspReference: makeReference(state),
      reason: '',
      success: 'true',
      ...notice,
    },
    1,
  )
