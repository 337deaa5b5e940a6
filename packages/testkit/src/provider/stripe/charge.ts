import type { Charge } from './payment.ts'
import { EXPIRY, fingerprintOf, NO_BILLING } from './payment-method.ts'
import type { TestDecline } from './test-methods.ts'

const RISK = Object.freeze({ risk_level: 'normal', risk_score: 12 })
const APPROVED = Object.freeze({
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  ...RISK,
  seller_message: 'Payment complete.',
  type: 'authorized',
})

const outcomeOf = ({ decline }: Charge) =>
  decline === null
    ? APPROVED
    : {
        advice_code: decline.adviceCode,
        network_advice_code: decline.networkAdviceCode,
        network_decline_code: decline.networkDeclineCode,
        network_status: decline.outcome === 'blocked' ? 'not_sent_to_network' : 'declined_by_network',
        reason: decline.outcome === 'blocked' ? 'highest_risk_level' : (decline.declineCode ?? decline.code),
        ...RISK,
        seller_message:
          decline.outcome === 'blocked' ? 'Stripe blocked this payment.' : 'The issuer declined this payment.',
        type: decline.outcome,
      }

/** The message that a buyer may see. */
export const declineMessage = (decline: TestDecline): string =>
  decline.code === 'card_declined'
    ? `The card was declined (${decline.declineCode ?? decline.code}).`
    : `The card was declined: ${decline.code.replaceAll('_', ' ')}.`

const THREE_D_SECURE = Object.freeze({
  authentication_flow: 'challenge' as const,
  electronic_commerce_indicator: '05' as const,
  exemption_indicator: null,
  result: 'authenticated' as const,
  result_reason: null,
  transaction_id: null,
  version: '2.2.0' as const,
})

const availability = (asked: boolean) => ({ status: asked ? ('available' as const) : ('unavailable' as const) })

const cardOf = (charge: Charge) => {
  const { card } = charge.method
  const { intent } = charge
  return {
    amount_authorized: charge.decline === null ? charge.amount : null,
    authorization_code: charge.decline === null ? charge.id.slice(-6).toUpperCase() : null,
    brand: card.brand,
    ...(charge.captureBefore === null ? {} : { capture_before: charge.captureBefore }),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card.country,
    electronic_commerce_indicator: charge.authenticated ? '05' : '07',
    ...EXPIRY,
    extended_authorization: { status: 'disabled' as const },
    fingerprint: fingerprintOf(card),
    funding: card.funding,
    incremental_authorization: availability(intent.incremental),
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: availability(intent.multicapture),
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: charge.decline === null ? `${charge.id.slice(-15)}` : null,
    overcapture: { maximum_amount_capturable: charge.amount, ...availability(false) },
    regulated_status: 'unregulated' as const,
    three_d_secure: charge.authenticated ? THREE_D_SECURE : null,
    transaction_link_id: null,
    wallet: null,
  }
}

/** The object as Stripe writes it. */
export const wireCharge = (charge: Charge) => {
  const { intent, decline } = charge
  const paid = decline === null
  return {
    id: charge.id,
    object: 'charge' as const,
    amount: charge.amount,
    amount_captured: charge.captured,
    amount_refunded: charge.refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: charge.transaction?.id ?? null,
    billing_details: NO_BILLING,
    calculated_statement_descriptor: paid ? 'FLORIN TEST' : null,
    captured: paid && charge.closed && charge.captured > 0,
    created: charge.created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: charge.disputes.length > 0,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline === null ? null : declineMessage(decline),
    fraud_details: {},
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(charge),
    paid,
    payment_intent: intent.id,
    payment_method: charge.method.id,
    payment_method_details: { card: cardOf(charge), type: 'card' },
    radar_options: {},
    receipt_email: intent.receiptEmail,
    receipt_number: null,
    receipt_url: null,
    refunded: charge.captured > 0 && charge.refunded === charge.captured,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: intent.statementDescriptorSuffix,
    status: paid ? ('succeeded' as const) : ('failed' as const),
    transfer_data: null,
    transfer_group: intent.transferGroup,
  }
}
