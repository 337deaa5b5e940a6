/**
 * Countries whose accounts SEPA credit transfers reach. Date: 2026-11-21. Source: European Payments Council, EPC409-09, list of SEPA scheme
 * countries.
 */
export const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
  'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA'.split(
    ' ',
  ),
)
