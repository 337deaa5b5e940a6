/**
 * The currencies of Adyen's table of currency codes that ISO 4217 lists too, with the decimals that Adyen counts them in.
 * Source: docs.adyen.com/development-resources/currency-codes, its first third as published and the rest from a public copy of the table.
 * Date: 2026-11-21. Left out: CNH and VEF, which are no ISO 4217 codes (any more).
 * What is not in that table (BIF, AFN …) is refused: nobody says how Adyen would count it.
 */
const BY_DECIMALS = {
  0: 'CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CHF CLP CNY COP CRC CUP CZK DKK DOP DZD EGP ETB EUR
    FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR ISK JMD KES KGS KHR KYD KZT LAK LKR MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK
    MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STN SVC SZL THB TOP TRY
    TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
} as const

/** Adyen's decimals by currency. */
export const ADYEN_DECIMALS: ReadonlyMap<string, number> = new Map(
  Object.entries(BY_DECIMALS).flatMap(([decimals, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(decimals)]),
  ),
)

/** What the adapter takes. */
export const ADYEN_CURRENCIES: readonly string[] = Object.freeze([...ADYEN_DECIMALS.keys()].sort())
