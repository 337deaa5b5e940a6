import { exponentOf, FlorinError } from '@florin/core'

/** Where Adyen's minor units differ from ISO 4217. Source: docs.adyen.com/development-resources/currency-codes, read 2026-11. */
const ADYEN_DECIMALS: ReadonlyMap<string, number> = new Map([
  ['CLP', 2],
  ['CVE', 0],
  ['IDR', 0],
  ['ISK', 2],
])

/** The decimals that Adyen counts a currency in, or null where ISO 4217 does not know it. */
export const adyenDecimals = (currency: string): number | null => {
  const own = ADYEN_DECIMALS.get(currency)
  if (own !== undefined) return own
  try {
    return exponentOf(currency)
  } catch {
    return null
  }
}

/** Adyen's minor units as ISO 4217's. Throws `invalid_request` where that leaves a fraction. */
export const toIso = (amount: bigint, currency: string): bigint =>
  rescaled(amount, currency, adyenDecimals(currency) ?? 0, exponentOf(currency))

/** ISO 4217's minor units as Adyen's. Throws `invalid_request` where Adyen cannot count the amount. */
export const toAdyen = (amount: bigint, currency: string): bigint =>
  rescaled(amount, currency, exponentOf(currency), adyenDecimals(currency) ?? 0)

const rescaled = (amount: bigint, currency: string, from: number, to: number): bigint => {
  if (to >= from) return amount * 10n ** BigInt(to - from)
  const step = 10n ** BigInt(from - to)
  if (amount % step !== 0n)
    throw new FlorinError(
      'invalid_request',
      `adyen double: ${amount} ${currency} with ${from} decimals does not fit ${to}; give a multiple of ${step}`,
    )
  return amount / step
}
