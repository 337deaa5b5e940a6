/**
 * Lengths of IBANs by country. Date: 2026-11-21. Source: SWIFT IBAN Registry (ISO 13616); the SEPA countries as listed by the European
 * Payments Council (EPC409-09).
 */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 ' +
    'SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** An IBAN as it is stored: without spaces, in capitals. Says nothing about its validity. */
export const plainIban = (text: string): string => text.replaceAll(' ', '').toUpperCase()

/** What is wrong with a plain IBAN, in words that quote no more of it than its country; null where nothing is. */
export const ibanProblem = (iban: string): string | null => {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) {
    return 'is not an IBAN: two letters of the country, two check digits, and the account in letters and digits'
  }
  const country = iban.slice(0, 2)
  const length = LENGTHS[country]
  if (length === undefined) return `is not an IBAN: no country '${country}' has such account numbers`
  if (iban.length !== length) return `is not an IBAN of ${country}: it has ${iban.length} characters and not ${length}`
  return remainder(iban) === 1 ? null : 'is not an IBAN: its check digits do not fit; copy it again'
}

/** ISO 7064 MOD 97-10, over the text with its first four characters last and letters as numbers from 10. */
const remainder = (iban: string): number => {
  let rest = 0
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

/** What is wrong with a BIC (ISO 9362: eight or eleven characters, in capitals); null where nothing is. */
export const bicProblem = (bic: string): string | null =>
  /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/.test(bic)
    ? null
    : "is not a BIC: eight or eleven letters and digits in capitals, such as 'DEUTDEFF500'"
