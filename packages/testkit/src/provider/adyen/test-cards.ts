/** Cards that Adyen's test environment asks 3-D Secure for. */
const ENROLLED: ReadonlySet<string> = new Set([
  // docs.adyen.com/development-resources/testing/3d-secure-2-authentication, read 2026-11.
  '371449635398431',
  '4035501428146300',
  '4871049999999910',
  '4917610000000000',
  '5454545454545454',
  '6703444444444449',
  '4212345678901237', // the redirect example of Adyen's OpenAPI document of Checkout v71
])

const BRANDS: readonly (readonly [RegExp, string])[] = [
  [/^4/, 'visa'],
  [/^(?:5[1-5]|2[2-7])/, 'mc'],
  [/^3[47]/, 'amex'],
  [/^(?:6703)/, 'bcmc'],
  [/^(?:5[0678]|6[37])/, 'maestro'],
  [/^(?:6011|65)/, 'discover'],
  [/^3(?:0|6|8)/, 'diners'],
  [/^35/, 'jcb'],
  [/^62/, 'cup'],
]

/** Adyen's name of a card's brand, as in `paymentMethod` of a webhook. */
export const brandOf = (number: string): string => BRANDS.find(([pattern]) => pattern.test(number))?.[1] ?? 'visa'

/** Whether the issuer of a test card wants the shopper to authenticate. */
export const isEnrolled = (number: string): boolean => ENROLLED.has(number)

/** Whether a number passes Luhn's check. */
export const isCardNumber = (number: string): boolean => {
  if (!/^[0-9]{12,19}$/.test(number)) return false
  let sum = 0
  for (let at = 0; at < number.length; at += 1) {
    const digit = number.charCodeAt(number.length - 1 - at) - 48
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
