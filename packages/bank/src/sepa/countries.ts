/**
 * Countries whose accounts SEPA credit transfers reach. Date: 2026-11-21. Source: European Payments Council, EPC409-09, list of SEPA scheme
 * countries.
 */
export const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
  'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA'.split(
    ' ',
  ),
)

/**
 * Those of them that are not in the European Economic Area. There a bank may still ask for its BIC (Regulation (EU) 260/2012, article 5(7),
 * which ended that, holds within the area), and the payer's address goes along (EPC125-05, SEPA credit transfer rulebook, AT-P005; EPC132-08).
 */
const OUTSIDE_EEA: ReadonlySet<string> = new Set('AD AL CH GB GI MC MD ME MK RS SM VA'.split(' '))

/** Whether a payment to or from an account, of a plain IBAN, needs the payer's address and the bank's BIC. */
export const isOutsideEea = (iban: string): boolean => OUTSIDE_EEA.has(iban.slice(0, 2))
