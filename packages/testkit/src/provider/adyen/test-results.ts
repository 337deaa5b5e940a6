/** What the issuer says to a card. */
export interface TestResult {
  readonly resultCode: 'Authorised' | 'Refused' | 'Error' | 'Cancelled' | 'Received'
  /** `refusalReasonCode` and `refusalReason`; null where there is no refusal. */
  readonly refusal: { readonly code: string; readonly reason: string } | null
  /** `additionalData.refusalReasonRaw`: what the scheme said. */
  readonly raw: string
}

/**
 * The holder names that make Adyen's test environment answer in a certain way; the place in the list is the
 * `RequestedTestAcquirerResponseCode` that does the same, and the refusal's code.
 * Source: docs.adyen.com/development-resources/testing/result-codes, read 2026-11.
 */
const TRIGGERS: readonly (readonly [holderName: string, reason: string | null])[] = [
  ['UNKNOWN', 'Unknown'],
  ['APPROVED', null],
  ['DECLINED', 'Refused'],
  ['REFERRAL', 'Referral'],
  ['ERROR', 'Acquirer Error'],
  ['BLOCK_CARD', 'Blocked Card'],
  ['CARD_EXPIRED', 'Expired Card'],
  ['INVALID_AMOUNT', 'Invalid Amount'],
  ['INVALID_CARD_NUMBER', 'Invalid Card Number'],
  ['ISSUER_UNAVAILABLE', 'Issuer Unavailable'],
  ['NOT_SUPPORTED', 'Not supported'],
  ['NOT_3D_AUTHENTICATED', '3D Not Authenticated'],
  ['NOT_ENOUGH_BALANCE', 'Not enough balance'],
  ['PENDING', null],
  ['ACQUIRER_FRAUD', 'Acquirer Fraud'],
  ['CANCELLED', 'Cancelled'],
  ['SHOPPER_CANCELLED', 'Shopper Cancelled'],
  ['INVALID_PIN', 'Invalid Pin'],
  ['PIN_TRIES_EXCEEDED', 'Pin tries exceeded'],
  ['PIN_VALIDATION_NOT_POSSIBLE', 'Pin validation not possible'],
  ['FRAUD', 'FRAUD'],
  ['NOT_SUBMITTED', 'Not Submitted'],
  ['FRAUD_CANCELLED', 'FRAUD-CANCELLED'],
  ['TRANSACTION_NOT_PERMITTED', 'Transaction Not Permitted'],
  ['CVC_DECLINED', 'CVC Declined'],
  ['RESTRICTED_CARD', 'Restricted Card'],
  ['REVOCATION_OF_AUTH', 'Revocation Of Auth'],
  ['DECLINED_NON_GENERIC', 'Declined Non Generic'],
  ['WITHDRAWAL_AMOUNT_EXCEEDED', 'Withdrawal amount exceeded'],
  ['WITHDRAWAL_COUNT_EXCEEDED', 'Withdrawal count exceeded'],
  ['PARTIALLY_APPROVED', null],
  ['ISSUER_SUSPECTED_FRAUD', 'Issuer Suspected Fraud'],
  ['AVS_DECLINED', 'AVS Declined'],
  ['PIN_REQUIRED', 'Card requires online pin'],
  ['NO_CHECKING_ACCOUNT', 'No checking account available on Card'],
  ['NO_SAVINGS_ACCOUNT', 'No savings account available on Card'],
  ['MOBILE_PIN_REQUIRED', 'Mobile PIN required'],
  ['CONTACTLESS_FALLBACK', 'Contactless fallback'],
  ['AUTHENTICATION_REQUIRED', 'Authentication required'],
  ['RREQ_NOT_RECEIVED', 'RReq not received from DS'],
  ['BAN_CURRENT_AID', 'Current AID is in Penalty Box.'],
  ['CVM_REQUIRED', 'CVM Required Restart Payment'],
  ['THREED_SECURE_ERROR', '3DS Authentication Error'],
  ['ONLINE_PIN_REQUIRED', 'Online PIN required'],
  ['TRY_ANOTHER_INTERFACE', 'Try another interface'],
  ['CHIP_DOWNGRADE_MODE', 'Chip downgrade mode'],
  ['ERPS_BLOCK', 'Transaction blocked by Adyen to prevent excessive retry fees'],
]

const RESULT_CODES: Readonly<Record<string, TestResult['resultCode']>> = {
  UNKNOWN: 'Error',
  ERROR: 'Error',
  PENDING: 'Received',
  FRAUD_CANCELLED: 'Cancelled',
}

const resultOf = (code: number): TestResult => {
  const [name, reason] = TRIGGERS[code] ?? ['APPROVED', null]
  const refusal = reason === null ? null : { code: `${code}`, reason }
  return {
    resultCode: RESULT_CODES[name] ?? (reason === null ? 'Authorised' : 'Refused'),
    refusal,
    raw: reason === null ? 'AUTHORISED' : name,
  }
}

const BY_HOLDER = new Map(TRIGGERS.map(([name], code) => [name, resultOf(code)]))

/** What a card without a trigger gets. */
export const AUTHORISED = resultOf(1)
/** A shopper who gives up at the bank's page. */
export const SHOPPER_CANCELLED = resultOf(16)
/** A shopper who fails 3-D Secure. */
export const NOT_AUTHENTICATED = resultOf(11)

/**
 * What a card gets: by `additionalData.RequestedTestAcquirerResponseCode`, a code or a name, else by its holder. `DECLINED : 05 : Do not
 * honor` also sets the raw answer of the scheme.
 */
export const testResult = (holderName: string | null, requested: unknown): TestResult => {
  if (requested !== undefined) {
    const named = BY_HOLDER.get(String(requested))
    if (named !== undefined) return named
    const code = Number(requested)
    if (Number.isInteger(code) && code >= 0 && code < TRIGGERS.length) return resultOf(code)
  }
  if (holderName === null) return AUTHORISED
  const colon = holderName.indexOf(' : ')
  if (colon === -1) return BY_HOLDER.get(holderName) ?? AUTHORISED
  const result = BY_HOLDER.get(holderName.slice(0, colon))
  return result === undefined ? AUTHORISED : { ...result, raw: holderName }
}

/** Adyen's answers to modifications that fail after they succeeded: also by holder name. Source as above, "Test failed modifications". */
export const LATE_FAILURES: ReadonlyMap<string, 'capture' | 'refund'> = new Map([
  ['capture failed', 'capture'],
  ['refund failed', 'refund'],
])

/**
 * Mastercard's advice for a refusal (`additionalData.merchantAdviceCode`), by refusal code, in Adyen's form `01 : …`. Which refusal comes
 * with which advice is the issuer's choice; these are the double's.
 */
const ADVICE: Readonly<Record<string, string>> = {
  '5': '03 : Do not try again',
  '6': '01 : New account information available',
  '12': '02 : Cannot approve at this time, try again later',
  '26': '21 : Payment cancellation',
}

/** What Mastercard advises after a refusal; null for other brands and where it advises nothing. */
export const adviceOf = (brand: string, result: TestResult): string | null =>
  brand === 'mc' && result.refusal !== null ? (ADVICE[result.refusal.code] ?? null) : null
