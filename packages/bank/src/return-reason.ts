import { type LineReturn, maskPans } from '@florin/core/statements'
import { plainText } from './text.ts'

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,34}$/ // Max35Text of a bank's own codes; one with blanks in it is no code, but words

/** What a bank calls a reason by: a code, or nothing where it is words (which may name somebody) or looks like a card number. */
const codeIn = (text: string | undefined): string | null =>
  text !== undefined && CODE.test(text) && maskPans(text) === text ? text : null

/**
 * Why something came back: by the first of these codes that is one, those of ISO 20022 before a bank's own, and by the words beside them. What
 * was given as a code and is none counts as words.
 */
export const returnReason = (
  codes: readonly (string | undefined)[],
  words: readonly (string | undefined)[],
): LineReturn => {
  const code = codes.map(codeIn).find((one) => one !== null) ?? null
  const text = plainText([...codes.filter((one) => codeIn(one) === null), ...words])
  return { code, text: text === '' ? null : text }
}

/** A code with words after it, `AC04 Konto geschlossen`; words only, where the first is no code of ISO 20022. */
export const returnReasonIn = (text: string, further: readonly (string | undefined)[] = []): LineReturn => {
  const [, iso, rest = ''] = /^([A-Z]{2}[A-Z0-9]{2})(?:[\s/]+(.*))?$/s.exec(text.trim()) ?? []
  return iso === undefined ? returnReason(further, [text]) : returnReason([iso, ...further], [rest])
}
