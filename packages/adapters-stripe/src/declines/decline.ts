import type { Decline, DeclineClass } from '@florin/core/gateways'
import type { WireError } from '../wire/error.ts'
import { ADVICE_CLASSES, visaCategoryOf } from './network-advice.ts'
import { CONFIGURATION, DECLINE_CODES, type DeclineEntry, ERROR_CODES, UNKNOWN_DECLINE } from './table.ts'

/** A code as documented ones look. Anything else might be free text, and is not passed on. */
const CODE = /^[a-z][a-z_]{0,63}$/
const NETWORK_CODE = /^[0-9A-Z]{2}$/

const codeIn = (value: string | null | undefined): string | null =>
  value !== null && value !== undefined && CODE.test(value) ? value : null

const own = <T>(table: Readonly<Record<string, T>>, key: string | null): T | undefined =>
  key !== null && Object.hasOwn(table, key) ? table[key] : undefined

/** What the network says about retrying: Mastercard's advice, or the category of Visa's response. */
const networkAdviceOf = (error: WireError, brand: string | null): string | null => {
  const advice = error.network_advice_code ?? null
  const response = error.network_decline_code ?? null
  if (brand === 'visa' && response !== null && NETWORK_CODE.test(response)) return visaCategoryOf(response)
  return advice !== null && NETWORK_CODE.test(advice) ? advice : null
}

/** Stripe's own advice. `try_again_later` confirms what a soft code says, and softens a hard one; fraud it never softens. */
const classByAdvice = (advice: string | null | undefined, otherwise: DeclineClass): DeclineClass => {
  if (otherwise === 'fraud' || otherwise === 'cap') return otherwise
  if (advice === 'do_not_try_again') return 'hard'
  if (advice === 'confirm_card_data') return 'customer_action'
  if (advice !== 'try_again_later') return otherwise
  return otherwise === 'hard' ? 'soft_balance' : otherwise
}

const entryOfCodes = (error: WireError): DeclineEntry => {
  const known = own(DECLINE_CODES, error.decline_code ?? null) ?? own(ERROR_CODES, error.code ?? null)
  if (known !== undefined) return known
  if (error.type !== 'card_error') return { ...CONFIGURATION, code: codeIn(error.code) ?? 'invalid_request' }
  return own(DECLINE_CODES, error.code ?? null) ?? UNKNOWN_DECLINE
}

/**
 * The decline behind Stripe's error. The class is decided by the network's advice, else Visa's category, else Stripe's `advice_code`,
 * else the decline code, else the error code (FAILURES 4). `network` is the card's, where the error itself does not say.
 */
export const declineOf = (error: WireError, network?: string | null): Decline => {
  const entry = entryOfCodes(error)
  const brand = error.payment_method?.card?.brand ?? network ?? null
  const advice = networkAdviceOf(error, brand)
  const byNetwork = own(ADVICE_CLASSES, error.network_advice_code ?? null)
  const never = brand === 'visa' && advice === '1' ? 'hard' : undefined
  const gatewayCode = codeIn(error.decline_code) ?? codeIn(error.code) ?? codeIn(error.type)
  const byCodes = error.type === 'card_error' ? classByAdvice(error.advice_code, entry.class) : entry.class
  // An unknown code is never retried by itself, whatever Stripe advises; the network's advice stands above that.
  const ours = entry === UNKNOWN_DECLINE && byCodes === 'soft_balance' ? entry.class : byCodes
  return {
    class: byNetwork ?? never ?? ours,
    code: entry.code ?? gatewayCode ?? 'unknown_decline',
    gatewayCode,
    networkAdvice: advice,
    message: entry.message,
  }
}

/** A decline that an entry says all about. */
export const declineBy = (entry: DeclineEntry, gatewayCode: string | null): Decline => ({
  class: entry.class,
  code: entry.code ?? 'unknown_decline',
  gatewayCode: codeIn(gatewayCode),
  networkAdvice: null,
  message: entry.message,
})
