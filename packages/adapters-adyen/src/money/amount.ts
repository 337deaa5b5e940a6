import { exponentOf, FlorinError, formatAmount, isPayable } from '@florin/core/gateways'
import { ADYEN_DECIMALS } from './currencies.ts'

/** Adyen's amount object: `value` counts Adyen's minor units, which for CLP, CVE, IDR and ISK are not ISO 4217's. */
export interface AdyenAmount {
  readonly currency: string
  readonly value: number
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER) // JSON's numbers are exact up to here

/** By how many powers of ten Adyen's count is finer than ISO 4217's; null for a currency that one of them does not have. */
const finerBy = (currency: string): number | null => {
  const decimals = ADYEN_DECIMALS.get(currency)
  return decimals === undefined || !isPayable(currency) ? null : decimals - exponentOf(currency)
}

/**
 * ISO 4217's minor units as Adyen's, exactly. Throws `currency_not_supported` for a currency that Adyen does not list, and
 * `invalid_request` for an amount that Adyen cannot count (IDR 100.50: Adyen has no cents there).
 */
export const toAdyenAmount = (amount: bigint, currency: string): AdyenAmount => {
  const finer = finerBy(currency)
  if (finer === null)
    throw new FlorinError(
      'currency_not_supported',
      `adyen: ${currency} is not in Adyen's table of currencies; use another`,
    )
  const step = 10n ** BigInt(Math.abs(finer))
  if (finer < 0 && amount % step !== 0n)
    throw new FlorinError(
      'invalid_request',
      `adyen: ${formatAmount(amount, currency)} ${currency} is not possible, Adyen counts ${currency} without decimals: use a multiple of ${formatAmount(step, currency)}`,
      { details: { path: 'amount' } },
    )
  const value = finer < 0 ? amount / step : amount * step
  if (value < 0n || value > MOST)
    throw new FlorinError(
      'invalid_request',
      `adyen: ${formatAmount(amount, currency)} ${currency} is not an amount that Adyen takes`,
      {
        details: { path: 'amount' },
      },
    )
  return { currency, value: Number(value) }
}

/** Adyen's amount as ISO 4217's minor units, or null where those cannot say it (ISK 10.50, less than nothing, a currency without a code). */
export const fromAdyenAmount = ({ value, currency }: AdyenAmount): bigint | null => {
  const finer = finerBy(currency)
  if (finer === null || !Number.isSafeInteger(value) || value < 0) return null
  const step = 10n ** BigInt(Math.abs(finer))
  if (finer < 0) return BigInt(value) * step
  return BigInt(value) % step === 0n ? BigInt(value) / step : null
}
