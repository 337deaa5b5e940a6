/** What stands in the place of something that nobody may see. */
export const REDACTED = '[redacted]'

// Every pattern takes time in proportion to the text: where a start could be tried inside a run of its own characters, a lookbehind
// forbids it. `%` is among the characters, so that the encoded form of a secret goes as a whole.
const SHAPES: readonly (readonly [RegExp, (match: string, ...groups: string[]) => string])[] = [
  // Stripe's secret, restricted, publishable and ephemeral keys, and keys of the same make.
  [/(?:sk|rk|pk|ek|uk)_(?:live|test|org|prod|sandbox)_[\w%-]+/gi, () => REDACTED],
  [/(?<![a-z])(?:sk|rk|ek)_[A-Za-z0-9]{16,}/g, () => REDACTED],
  // Webhook secrets, also those of Standard Webhooks.
  [/whsec_[\w%+/=-]+/gi, () => REDACTED],
  // Client secrets: the id may be seen, what comes after it not.
  [/_secret_[\w%-]+/g, () => `_secret_${REDACTED}`],
  // Tokens of cards, bank accounts and payment methods, as they are stored with the gateway.
  [/(?<![a-z])(pm|tok|src|card|ba|btok)_[A-Za-z0-9]{14,}/g, (_, kind) => `${kind}_${REDACTED}`],
  // Adyen: API keys begin like this and hold nearly every character; client keys; card fields that were encrypted in the browser.
  [/(?:(?<![A-Za-z0-9+/])|(?<=%[0-9A-F]{2}))AQE[A-Za-z][^\s"\\]{20,}/g, () => REDACTED],
  [/(?:(?<![a-z])|(?<=%[0-9a-f]{2}))(?:test|live)_[A-Z0-9]{24,}/g, () => REDACTED],
  [/adyen[a-z]{1,12}_\d+_\d+_\d+(?:\$|%24)[\w%$+/=.-]*/g, () => REDACTED],
  // JSON web tokens, signed or encrypted, and PEM keys.
  [/(?<![A-Za-z0-9_-])eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g, () => REDACTED],
  [/%(?:3D|20|22|3A)eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/gi, (match) => match.slice(0, 3) + REDACTED],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}KEY-----|$)/g, () => REDACTED],
  // Keys in hexadecimal of 32 bytes and more: HMAC keys, and digests, which are no loss.
  [/(?<![0-9a-f])[0-9a-f]{64,}/gi, () => REDACTED],
  [
    /(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64})(@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g,
    () => REDACTED,
  ],
]

const SCHEME = /(?:(?<![a-z])|(?<=%[0-9a-f]{2}))(Bearer|Basic|Digest)((?:\s|%20|\+){1,8})([\w.~+/=%-]{8,})/gi
// An account number of ISO 13616, in one run or in groups of four.
const IBAN =
  /(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{2}))[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:(?:[ +-]|%20)[A-Z0-9]{4}){2,7}(?:(?:[ +-]|%20)[A-Z0-9]{1,4})?)(?![A-Za-z0-9])/g
const WORD = /^[A-Z]?[a-z]+[.-]?$/

/** Masks what is a secret by its shape, whatever it is called: API keys, tokens, bearer and basic credentials, IBANs, mail addresses. */
export const maskSecretShapes = (text: string): string => {
  let result = text
  for (const [pattern, masked] of SHAPES) result = result.replace(pattern, masked)
  result = result.replace(SCHEME, (match, scheme: string, space: string, value: string) =>
    WORD.test(value) ? match : `${scheme}${space}${REDACTED}`,
  )
  return result.replace(IBAN, (match) => (isIban(match.replaceAll(/[ +-]|%20/g, '')) ? REDACTED : match))
}

/** ISO 7064 MOD 97-10: four characters to the end, letters as 10 to 35, and the remainder is 1. */
const isIban = (iban: string): boolean => {
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
