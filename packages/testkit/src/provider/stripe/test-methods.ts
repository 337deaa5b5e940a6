/** Why an issuer, or Stripe for it, declines. Null is what Stripe leaves out. */
export interface TestDecline {
  readonly code: string
  readonly declineCode: string | null
  readonly adviceCode: string | null
  readonly networkDeclineCode: string | null
  readonly networkAdviceCode: string | null
  readonly outcome: 'issuer_declined' | 'blocked'
}

/** A test card of Stripe's. Never a number: requests name it by `pm_card_…` or `tok_…`. */
export interface TestMethod {
  /** What follows `pm_card_` or `tok_`. */
  readonly name: string
  readonly brand: string
  readonly last4: string
  readonly country: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  /** Declined, after authentication where that is needed. */
  readonly decline: TestDecline | null
  /** `required` always asks a buyer who is there; `optional` asks where the request wants it; `set_up` passes without the buyer. */
  readonly authentication: 'none' | 'optional' | 'required' | 'set_up'
  /** What becomes of a refund that succeeded, or is pending, at first. */
  readonly refund: 'succeeds' | 'pending' | 'fails'
  /** What its buyer's bank does once the money is taken. */
  readonly dispute: { readonly inquiry: boolean; readonly reason: string } | null
}

/**
 * The declines that Stripe's test cards have (docs.stripe.com/testing#declined-payments), with the advice that docs.stripe.com/declines
 * gives for such codes and the network code that stands behind them (docs.stripe.com/declines/network-codes).
 */
const decline = (
  code: string,
  declineCode: string | null,
  adviceCode: string | null,
  networkDeclineCode: string | null,
): TestDecline => ({
  code,
  declineCode,
  adviceCode,
  networkDeclineCode,
  networkAdviceCode: null,
  outcome: 'issuer_declined',
})
const GENERIC = decline('card_declined', 'generic_decline', 'try_again_later', '05')
const INSUFFICIENT = decline('card_declined', 'insufficient_funds', 'try_again_later', '51')
const LOST = decline('card_declined', 'lost_card', 'do_not_try_again', '41')
const STOLEN = decline('card_declined', 'stolen_card', 'do_not_try_again', '43')
const EXPIRED = decline('expired_card', null, 'confirm_card_data', '54')
const CVC = decline('incorrect_cvc', null, 'confirm_card_data', 'N7')
const PROCESSING = decline('processing_error', null, 'try_again_later', '96')
const VELOCITY = decline('card_declined', 'card_velocity_exceeded', 'try_again_later', '65')
const FRAUDULENT: TestDecline = {
  ...decline('card_declined', 'fraudulent', 'do_not_try_again', null),
  outcome: 'blocked',
}

/** An authentication that was needed and that nobody was there for. */
export const AUTHENTICATION_REQUIRED = decline('authentication_required', 'authentication_required', null, '1A')

const VISA = { brand: 'visa', last4: '4242', country: 'US', funding: 'credit' } as const
type Card = Pick<TestMethod, 'brand' | 'last4' | 'country' | 'funding'>

const METHODS = new Map<string, TestMethod>()
const add = (names: string, cardOf: Partial<Card>, behaviour: Partial<TestMethod> = {}): void => {
  for (const name of names.split(' '))
    METHODS.set(name, {
      ...VISA,
      decline: null,
      authentication: 'none',
      refund: 'succeeds',
      dispute: null,
      ...cardOf,
      ...behaviour,
      name,
    })
}

// Cards whose point the double does not serve (failed checks, risk levels) are left out, and so are missing.
add('visa us', {})
add('visa_debit', { last4: '5556', funding: 'debit' })
add('mastercard', { brand: 'mastercard', last4: '4444' })
add('mastercard_debit', { brand: 'mastercard', last4: '8210', funding: 'debit' })
add('mastercard_prepaid', { brand: 'mastercard', last4: '5100', funding: 'prepaid' })
add('amex amex_threeDSecureNotSupported', { brand: 'amex', last4: '0005' })
add('discover', { brand: 'discover', last4: '1117' })
add('diners', { brand: 'diners', last4: '0004' })
add('jcb', { brand: 'jcb', last4: '0505' })
add('unionpay', { brand: 'unionpay', last4: '0005' })
for (const place of (
  'at0008 au0006 be0004 br0002 ca0000 ch0009 de0016 es0007 fr0003 gb0000 ie0005 in0008 it0008 jp0003 mx8001 nl0002 pl0005 pt0007 ' +
  'se0008 sg0003'
).split(' '))
  add(place.slice(0, 2), { last4: place.slice(2), country: place.slice(0, 2).toUpperCase() })

add('visa_chargeDeclined chargeDeclined', { last4: '0002' }, { decline: GENERIC })
add(
  'visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds',
  { last4: '9995' },
  { decline: INSUFFICIENT },
)
add('visa_chargeDeclinedLostCard chargeDeclinedLostCard', { last4: '9987' }, { decline: LOST })
add('visa_chargeDeclinedStolenCard chargeDeclinedStolenCard', { last4: '9979' }, { decline: STOLEN })
add('visa_chargeDeclinedVelocityLimitExceeded', { last4: '6975' }, { decline: VELOCITY })
add('chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard', { last4: '0069' }, { decline: EXPIRED })
add('chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc', { last4: '0127' }, { decline: CVC })
add('chargeDeclinedProcessingError visa_chargeDeclinedProcessingError', { last4: '0119' }, { decline: PROCESSING })
add('chargeDeclinedFraudulent visa_chargeDeclinedFraudulent radarBlock', { last4: '0019' }, { decline: FRAUDULENT })
add('chargeCustomerFail visa_chargeCustomerFail', { last4: '0341' }, { decline: GENERIC })

add('authenticationRequired', { last4: '3184' }, { authentication: 'required' })
add('authenticationRequiredOnSetup', { last4: '3155' }, { authentication: 'required' })
add('authenticationRequiredSetupForOffSession', { last4: '0446' }, { authentication: 'set_up' })
add(
  'authenticationRequiredChargeDeclinedInsufficientFunds',
  { last4: '3178' },
  { authentication: 'required', decline: INSUFFICIENT },
)
add('threeDSecure2Required', { last4: '3220', country: 'IE' }, { authentication: 'required' })
add('threeDSecureRequired', { last4: '3063' }, { authentication: 'required' })
add('threeDSecureRequiredChargeDeclined', { last4: '1629' }, { authentication: 'required', decline: GENERIC })
add('threeDSecureOptional', { last4: '3055' }, { authentication: 'optional' })

add('pendingRefund', { last4: '7726' }, { refund: 'pending' })
add('refundFail', { last4: '5126' }, { refund: 'fails' })

const disputed = (reason: string, inquiry = false): Partial<TestMethod> => ({ dispute: { inquiry, reason } })
add('createDispute', { last4: '0259' }, disputed('fraudulent'))
add('createDisputeProductNotReceived', { last4: '2685' }, disputed('product_not_received'))
add('createDisputeInquiry', { last4: '1976' }, disputed('fraudulent', true))

/** The test card behind `pm_card_…`, or behind the token `tok_…`. */
export const testMethod = (given: string, prefix: 'pm_card_' | 'tok_'): TestMethod | undefined =>
  given.startsWith(prefix) ? METHODS.get(given.slice(prefix.length)) : undefined

/** Every test card's name, for those that want to go through them. */
export const testMethodNames = (): readonly string[] => [...METHODS.keys()]
