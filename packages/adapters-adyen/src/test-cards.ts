/** A card of Adyen's test environment, by a name that can be shown, sent and stored. */
export interface AdyenTestCard {
  /** What a payment method's token is to be. */
  readonly token: `test_card:${string}`
  /** What happens when it is charged, in words for a page of examples. */
  readonly does: string
}

interface Card {
  readonly number: string
  readonly holderName: string
  readonly securityCode?: string
  readonly does: string
}

const VISA = '4111111111111111'
const MASTERCARD = '5555444433331111'
const HOLDER = 'Jane Florin'

/**
 * Adyen's published test cards, and the holder names that make its test environment answer in a certain way.
 * Sources: public lists of Adyen's test cards, the examples of Checkout v71's OpenAPI document, and a table of the holder names, mostly of a
 * third party; those that make a modification fail are the double's. None was tried at Adyen. Date: 2026-11-21.
 */
const CARDS: Readonly<Record<string, Card>> = {
  visa: { number: VISA, holderName: HOLDER, does: 'is approved' },
  mastercard: { number: MASTERCARD, holderName: HOLDER, does: 'is approved' },
  amex: { number: '370000000000002', holderName: HOLDER, securityCode: '7373', does: 'is approved' },
  threeds: { number: '4212345678901237', holderName: HOLDER, does: 'asks for 3-D Secure, by a redirect' },
  pending: { number: VISA, holderName: 'PENDING', does: 'is received, and decided by webhook later' },
  refused: { number: VISA, holderName: 'DECLINED', does: 'is refused without a reason' },
  insufficient_funds: { number: VISA, holderName: 'NOT_ENOUGH_BALANCE', does: 'is refused: not enough balance' },
  expired: { number: VISA, holderName: 'CARD_EXPIRED', does: 'is refused: expired card' },
  incorrect_cvc: { number: VISA, holderName: 'CVC_DECLINED', does: 'is refused: wrong security code' },
  blocked: { number: MASTERCARD, holderName: 'BLOCK_CARD', does: 'is refused: blocked card' },
  fraud: { number: VISA, holderName: 'FRAUD', does: 'is refused: fraud' },
  issuer_unavailable: {
    number: VISA,
    holderName: 'ISSUER_UNAVAILABLE',
    does: 'is refused: the issuer cannot be reached',
  },
  error: { number: VISA, holderName: 'ERROR', does: 'ends in an acquirer error' },
  capture_failed: {
    number: VISA,
    holderName: 'capture failed',
    does: 'is approved; its capture succeeds and fails later',
  },
  refund_failed: {
    number: VISA,
    holderName: 'refund failed',
    does: 'is approved; its refund succeeds and fails later',
  },
}

/** The prefix of tokens that name a test card. */
export const TEST_CARD_PREFIX = 'test_card:'

/** The test cards that tokens may name where `environment` is `test`, by name: `ADYEN_TEST_CARDS.visa.token` is `test_card:visa`. */
export const ADYEN_TEST_CARDS: Readonly<Record<string, AdyenTestCard>> = Object.freeze(
  Object.fromEntries(
    Object.entries(CARDS).map(([name, { does }]) => [
      name,
      Object.freeze({ token: `${TEST_CARD_PREFIX}${name}` as const, does }),
    ]),
  ),
)

/**
 * A test card as Drop-in would give it: Adyen's test environment takes `test_` and the clear value in the place of an encrypted one, so
 * that no card number ever passes through Florin's inputs. Null for a name that there is not.
 */
export const expandTestCard = (name: string): Readonly<Record<string, string>> | null => {
  const card = Object.hasOwn(CARDS, name) ? CARDS[name] : undefined
  if (card === undefined) return null
  return {
    type: 'scheme',
    encryptedCardNumber: `test_${card.number}`,
    encryptedExpiryMonth: 'test_03',
    encryptedExpiryYear: 'test_2030',
    encryptedSecurityCode: `test_${card.securityCode ?? '737'}`,
    holderName: card.holderName,
  }
}
