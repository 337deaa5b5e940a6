import { exponentOf, isFlorinError } from '@florin/core/statements'

/** Minor units, or what is wrong with the text. */
export type AmountRead = { readonly minor: bigint } | { readonly why: string }

/**
 * A bank's amount in minor units of its currency. ISO 20022 allows five decimals whatever the currency has: those beyond it must be
 * zeros, for money has no smaller part. `mark` is the decimal mark: `.` in XML, `,` in SWIFT.
 */
export const readAmount = (text: string, currency: string, mark: '.' | ',' = '.'): AmountRead => {
  const pattern = mark === '.' ? /^(\d{1,18})(?:\.(\d{0,5}))?$/ : /^(\d{1,15})(?:,(\d{0,5}))?$/
  const [whole, digits, decimals = ''] = pattern.exec(text) ?? []
  if (whole === undefined || digits === undefined) {
    return { why: `'${text.slice(0, 30)}' is no amount: digits, and '${mark}' before the decimals` }
  }
  const exponent = exponentFor(currency)
  if (exponent === null) return { why: `'${currency.slice(0, 10)}' is no currency of ISO 4217` }
  const [kept, beyond] = [decimals.slice(0, exponent), decimals.slice(exponent)]
  if (/[^0]/.test(beyond)) return { why: `${text} ${currency} has more than the ${exponent} decimals of ${currency}` }
  return { minor: BigInt(digits + kept.padEnd(exponent, '0')) }
}

const exponentFor = (currency: string): number | null => {
  try {
    return exponentOf(currency)
  } catch (error) {
    if (isFlorinError(error)) return null
    throw error
  }
}
