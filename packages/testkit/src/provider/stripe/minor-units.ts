import { exponentOf } from '@florin/core/gateways'
import { forbidden, invalid } from './refusal.ts'

// docs.stripe.com/currencies, presentment currencies
const CURRENCIES: ReadonlySet<string> = new Set(
  (
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc ' +
    'cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs ' +
    'khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr ' +
    'pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs ' +
    'uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
)

/** Decimals in which Stripe counts otherwise than ISO 4217 (docs.stripe.com/currencies, special cases and zero-decimal currencies). */
const DEVIATIONS: Readonly<Record<string, number>> = { isk: 2, ugx: 2, mga: 0 }

/** In these, Stripe wants the last digits to be zero: two-decimal by history only, or three decimals rounded to ten. */
const STEPS: Readonly<Record<string, number>> = { isk: 100, ugx: 100, bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10 }

// docs.stripe.com/currencies#minimum-and-maximum-charge-amounts; currencies that are not named have the worth of half a dollar
const MINIMA: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
}
const MAXIMUM = 999_999_999_999 // twelve digits, what most cards carry

/** The currency of a request in lower case, or a refusal. */
export const checkedCurrency = (given: string): string => {
  const currency = given.toLowerCase()
  if (CURRENCIES.has(currency)) return currency
  throw invalid(`The currency '${given}' is not one that Stripe takes.`, { param: 'currency' })
}

/** Refuses an amount that Stripe would not charge. */
export const checkAmount = (amount: number, currency: string, param: string): void => {
  const step = STEPS[currency] ?? 1
  if (amount < 1)
    throw invalid(`${param} is ${amount}; it is a whole number from 1.`, { code: 'parameter_invalid_integer', param })
  if (amount % step !== 0)
    throw invalid(`${param} is ${amount}; in ${currency} it is a multiple of ${step}.`, {
      code: 'parameter_invalid_integer',
      param,
    })
  const least = MINIMA[currency] ?? 1
  if (amount < least)
    throw forbidden(`${param} is ${amount}; the least in ${currency} is ${least}.`, { code: 'amount_too_small', param })
  if (amount > MAXIMUM)
    throw forbidden(`${param} is ${amount}; the most is ${MAXIMUM}.`, { code: 'amount_too_large', param })
}

/** An amount as Stripe counts it, in the minor units of ISO 4217. */
export const toIso = (amount: number, currency: string): bigint => {
  const iso = exponentOf(currency.toUpperCase())
  const stripe = DEVIATIONS[currency] ?? iso
  const exact = BigInt(amount)
  return stripe > iso ? exact / 10n ** BigInt(stripe - iso) : exact * 10n ** BigInt(iso - stripe)
}

/** The other way round. What Stripe cannot express is cut off; its own amounts always come back whole. */
export const fromIso = (amount: bigint, currency: string): number => {
  const iso = exponentOf(currency.toUpperCase())
  const stripe = DEVIATIONS[currency] ?? iso
  return Number(stripe > iso ? amount * 10n ** BigInt(stripe - iso) : amount / 10n ** BigInt(iso - stripe))
}
