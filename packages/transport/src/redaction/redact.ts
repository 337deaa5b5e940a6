import { maskPans } from '@florin/core/gateways'
import { maskFields } from './fields.ts'
import { maskSecretShapes } from './secret-shapes.ts'

const MOST = 4_194_304
const KEPT = 1_048_576 // the longest answer by default
const STRADDLING = 256 // a number or secret that the cut goes through could still be read

/**
 * A text without what nobody may see, for logs and errors:
 *
 * - card numbers (Luhn, also in groups and behind escapes), of which the last four digits stay;
 * - the values of fields by their names, in JSON, forms, headers and printed objects, whole or cut: CVC, expiry, encrypted card fields,
 *   secrets, tokens, and what says who the buyer is;
 * - secrets by their shape: API keys of Stripe and Adyen, webhook secrets, bearer and basic credentials, keys in hexadecimal, JWTs, PEM
 *   keys, IBANs, mail addresses.
 *
 * It rather masks too much than too little, changes nothing the second time, never throws, and takes time in proportion to the text. Of a
 * text above 4 MiB it gives the first mebibyte.
 */
export const redact = (text: string): string => {
  if (text.length <= MOST) return masked(text)
  const kept = masked(text.slice(0, KEPT)).slice(0, -STRADDLING)
  return `${kept}\n[cut: the text has ${text.length} characters]`
}

const masked = (text: string): string => (text.length < 3 ? text : maskPans(maskFields(maskSecretShapes(text))))
