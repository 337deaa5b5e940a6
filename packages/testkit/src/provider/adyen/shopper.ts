import { FlorinError } from '@florin/core'
import { decide } from './authorising.ts'
import type { Payment } from './payment.ts'
import type { State } from './state.ts'
import { NOT_AUTHENTICATED, SHOPPER_CANCELLED } from './test-results.ts'

/** The payment that an offer's page, or its secret, is about; undefined where nothing is offered any more. */
export const offeredPayment = (state: State, key: string): Payment | undefined => {
  const payment = state.byOffer.get(key)
  return payment === undefined || payment.ended !== null ? undefined : payment
}

/**
 * The shopper answers at the page. A card is decided when the shop hands in what the return brings (`/payments/details`); other methods
 * are decided here and now, whether or not the shopper ever comes back. Returns where the browser goes; throws `invalid_state` where the
 * page waits for nothing.
 */
export const answerAtPage = (state: State, id: string, answer: 'confirm' | 'fail'): string => {
  const payment = offeredPayment(state, id)
  const offer = payment?.offer
  if (payment === undefined || offer == null || offer.id !== id || offer.kind !== 'redirect' || offer.answer !== null)
    throw new FlorinError('invalid_state', 'adyen double: this page waits for no answer')
  offer.answer = answer
  if (payment.card === null) decide(state, payment, answer === 'confirm' ? payment.result : SHOPPER_CANCELLED)
  const url = new URL(payment.returnUrl)
  url.searchParams.set('redirectResult', offer.secret)
  return url.href
}

/** What the 3-D Secure component gives to the shop. */
export const threeDSResult = (secret: string, answer: 'confirm' | 'fail'): string =>
  Buffer.from(JSON.stringify({ transStatus: answer === 'confirm' ? 'Y' : 'N', authorisationToken: secret })).toString(
    'base64',
  )

/** The component's result, read; null where it is not one. */
export const readThreeDSResult = (
  text: string,
): { readonly secret: string; readonly answer: 'confirm' | 'fail' } | null => {
  try {
    const { transStatus, authorisationToken } = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
    if (typeof authorisationToken !== 'string' || typeof transStatus !== 'string') return null
    return { secret: authorisationToken, answer: transStatus === 'Y' || transStatus === 'A' ? 'confirm' : 'fail' }
  } catch {
    return null
  }
}

/** A card payment goes on after 3-D Secure. */
export const authenticate = (state: State, payment: Payment, answer: 'confirm' | 'fail'): void =>
  decide(state, payment, answer === 'confirm' ? payment.result : NOT_AUTHENTICATED)
