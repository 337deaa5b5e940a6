import type { DeclineClass } from '@florin/core/gateways'

/**
 * Mastercard's merchant advice codes, which Stripe hands on as `network_advice_code`. As of 2026-11-21; source: FAILURES 4 and
 * docs.stripe.com/declines/network-codes. Codes that are not here say nothing about retrying.
 */
export const ADVICE_CLASSES: Readonly<Record<string, DeclineClass>> = {
  '01': 'customer_action', // updated information is available
  '02': 'soft_balance', // not before 72 hours
  '03': 'hard', // never
  '21': 'hard', // the cardholder has canceled
  '24': 'soft_balance', // 1 hour
  '25': 'soft_balance', // 24 hours
  '26': 'soft_balance', // 2 days
  '27': 'soft_balance', // 4 days
  '28': 'soft_balance', // 6 days
  '29': 'soft_balance', // 8 days
  '30': 'soft_balance', // 10 days
}

/**
 * Visa's categories by response code, which Stripe hands on as `network_decline_code`: 1 the issuer never approves, 2 not at this time,
 * 3 the data are wrong; any other code is of category 4. As of 2026-11-21 (57 is of category 1 since 2026-10-25); source: the response
 * code tables of Worldpay (developer.worldpay.com, scheme codes), Checkout.com and TabaPay (Visa response code updates).
 */
const VISA_CATEGORIES: Readonly<Record<'1' | '2' | '3', readonly string[]>> = {
  '1': ['04', '07', '12', '14', '15', '41', '43', '46', '57', 'R0', 'R1', 'R3'],
  '2': [
    '03',
    '19',
    '51',
    '52',
    '53',
    '59',
    '61',
    '62',
    '65',
    '75',
    '78',
    '83',
    '86',
    '91',
    '93',
    '96',
    'N3',
    'N4',
    '5C',
    '9G',
  ],
  '3': ['54', '55', '70', '82', '1A', '6P', 'N7'],
}

/** The category of a Visa response code. */
export const visaCategoryOf = (code: string): '1' | '2' | '3' | '4' => {
  const category = (['1', '2', '3'] as const).find((each) => VISA_CATEGORIES[each].includes(code.toUpperCase()))
  return category ?? '4'
}
