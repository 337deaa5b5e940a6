import { exponentOf, FlorinError } from '@florin/core/gateways'

/**
 * How Stripe counts money where it does not count as ISO 4217 does. As of 2026-11; source: docs.stripe.com/currencies (minor units,
 * zero-decimal currencies, special cases). HUF and TWD are whole in payouts only; charges take their decimals.
 */
const STRIPE_EXPONENTS: Readonly<Record<string, number>> = {
  ISK: 2, // no decimals since 2023, written with two for compatibility
  UGX: 2, // the same
  MGA: 0, // an ariary has five iraimbilanja, which Stripe does not count
}

/** Three-decimal currencies: the networks behind Stripe take two, so the last digit has to be zero. Same source. */
const ROUND_TO_TEN: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND'])

/** What Stripe charges in (docs.stripe.com/currencies, presentment currencies, 2026-11), as far as ISO 4217 still lists it. */
export const STRIPE_CURRENCIES: readonly string[] = Object.freeze(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DJF ' +
    'DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD ' +
    'KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR ' +
    'PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV ' +
    'WST XAF XCD XCG XOF XPF YER ZAR ZMW'
  ).split(' '),
)

const TAKEN: ReadonlySet<string> = new Set(STRIPE_CURRENCIES)

/** The decimals in which Stripe counts a currency. */
export const stripeExponentOf = (currency: string): number => STRIPE_EXPONENTS[currency] ?? exponentOf(currency)

const refuse = (message: string, path: string): never => {
  throw new FlorinError('invalid_request', `stripe: ${message}`, { details: { path } })
}

/**
 * Stripe's count of an amount in minor units of ISO 4217, exactly. Throws `invalid_request` where there is none: a currency that Stripe
 * does not take, or an amount that its unit cannot carry. Nothing is ever rounded.
 */
export const toStripe = (amount: bigint, currency: string): number => {
  if (!TAKEN.has(currency)) return refuse(`${currency} is not a currency that Stripe charges in`, 'currency')
  const shift = stripeExponentOf(currency) - exponentOf(currency)
  const step = shift < 0 ? 10n ** BigInt(-shift) : ROUND_TO_TEN.has(currency) ? 10n : 1n
  if (amount % step !== 0n)
    return refuse(
      `${amount} minor units of ${currency} cannot be charged: Stripe takes multiples of ${step}; round the price`,
      'amount',
    )
  const counted = Number(shift < 0 ? amount / step : amount * 10n ** BigInt(shift))
  return Number.isSafeInteger(counted) ? counted : refuse(`${amount} minor units of ${currency} are too much`, 'amount')
}

/** The minor units of ISO 4217 behind Stripe's count; null where the count cannot be an amount of this currency. */
export const fromStripe = (counted: number, currency: string): bigint | null => {
  if (!TAKEN.has(currency) || !Number.isSafeInteger(counted)) return null
  const shift = stripeExponentOf(currency) - exponentOf(currency)
  if (shift <= 0) return BigInt(counted) * 10n ** BigInt(-shift)
  const unit = 10n ** BigInt(shift)
  return BigInt(counted) % unit === 0n ? BigInt(counted) / unit : null
}
