import { additionalDataOf } from './announce.ts'
import type { Payment } from './payment.ts'
import type { State } from './state.ts'
import { adviceOf, type TestResult } from './test-results.ts'

/** The path of the page where a shopper confirms or fails. */
export const PAGE_PATH = '/checkoutshopper/redirect/'

/** The answer to `/payments` and `/payments/details`. */
export const paymentResponse = (state: State, payment: Payment, challenge = false): unknown => {
  const { outcome, offer } = payment
  if (outcome !== null) return decided(payment, outcome)
  if (offer !== null) return offer.kind === 'redirect' ? redirect(state, payment) : component(payment, challenge)
  return { ...common(payment), resultCode: 'Received', ...transfer(payment) }
}

const common = (payment: Payment) => ({
  pspReference: payment.id,
  amount: { currency: payment.currency, value: Number(payment.amount) },
  merchantReference: payment.reference,
  paymentMethod: { type: payment.type, ...(payment.card === null ? {} : { brand: payment.card.brand }) },
})

const decided = (payment: Payment, outcome: TestResult): unknown => {
  const { refusal } = outcome
  const advice = adviceOf(payment.method, outcome)
  const additionalData = {
    ...additionalDataOf(payment),
    refusalReasonRaw: outcome.raw,
    acquirerCode: 'TestPmmAcquirer',
    ...(refusal === null && payment.card !== null ? { networkTxReference: networkReferenceOf(payment) } : {}),
    ...(advice === null ? {} : { merchantAdviceCode: advice }),
  }
  return {
    ...common(payment),
    additionalData,
    resultCode: outcome.resultCode,
    ...(refusal === null ? {} : { refusalReason: refusal.reason, refusalReasonCode: refusal.code }),
  }
}

/** Fifteen digits, as Visa's; the same for the same payment. */
const networkReferenceOf = (payment: Payment): string =>
  `${Number.parseInt(payment.id.slice(-9), 36)}`.padStart(15, '7').slice(-15)

/** Cards already have a reference here, other methods get theirs with the result: as in Adyen's examples. */
const redirect = (state: State, payment: Payment): unknown => ({
  ...(payment.card === null ? {} : { pspReference: payment.id }),
  resultCode: 'RedirectShopper',
  action: {
    type: 'redirect',
    method: 'GET',
    paymentMethodType: payment.type,
    url: `${state.origin}${PAGE_PATH}${payment.offer?.id}`,
  },
})

const component = (payment: Payment, challenge: boolean): unknown => {
  const secret = payment.offer?.secret
  return {
    resultCode: challenge ? 'ChallengeShopper' : 'IdentifyShopper',
    action: {
      type: 'threeDS2',
      subtype: challenge ? 'challenge' : 'fingerprint',
      paymentMethodType: payment.type,
      authorisationToken: secret,
      paymentData: secret,
      token: payment.offer?.id,
    },
  }
}

/** Where to send the money, for bank transfers: an account that no bank has. */
const transfer = (payment: Payment): object => {
  if (payment.type !== 'bankTransfer_IBAN') return {}
  return {
    action: {
      type: 'bankTransfer',
      paymentMethodType: payment.type,
      beneficiary: 'Florin Test Shop',
      iban: 'NL00ADYB0000000000',
      bic: 'ADYBNL2A',
      reference: payment.id,
      totalAmount: { currency: payment.currency, value: Number(payment.amount) },
    },
  }
}
