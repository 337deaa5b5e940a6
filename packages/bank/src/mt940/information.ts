import type { LineReturn } from '@florin/core/statements'
import { returnReason, returnReasonIn } from '../return-reason.ts'

/** What field :86: says of the entry before it. */
export interface Information {
  readonly endToEnd: string | null
  readonly batch: string | null
  readonly text: string
  /** Why it came back; null where it does not say that it did. */
  readonly returned: LineReturn | null
}

const KEYWORDS = 'EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|RTRN'
const SEPA = new RegExp(`(?:^|[\\n ])(${KEYWORDS})\\+`, 'g')

/** Purpose in the subfields ?20 to ?29 and ?60 to ?63, as the German banks have it. */
const isPurpose = (code: number): boolean => (code >= 20 && code <= 29) || (code >= 60 && code <= 63)

/** Subfields `?20` and so on; null where the field has none. */
const subfields = (text: string): ReadonlyMap<number, string> | null => {
  if (!/^\d{3}\?\d{2}/.test(text)) return null
  const found = new Map<number, string>()
  for (const piece of text.split('?').slice(1)) {
    const code = Number(piece.slice(0, 2))
    if (/^\d{2}/.test(piece) && !found.has(code)) found.set(code, piece.slice(2))
  }
  return found
}

/** What stands under each keyword, `EREF+…`. A keyword begins a subfield, and its value goes on over the next ones. */
const keyworded = (purpose: readonly string[]): ReadonlyMap<string, string> => {
  const marked = purpose.map((piece) => (new RegExp(`^(?:${KEYWORDS})\\+`).test(piece) ? `\n${piece}` : piece)).join('')
  const starts = [...marked.matchAll(SEPA)]
  return new Map(
    starts.map((match, index): [string, string] => {
      const value = marked.slice(match.index + match[0].length, starts[index + 1]?.index)
      return [match[1] ?? '', value.replaceAll('\n', '').trim()]
    }),
  )
}

/** `/EREF/…/REMI/…`, as banks of other countries have it. */
const slashed = (text: string, keyword: string): string | null =>
  new RegExp(`/${keyword}/([^/]+(?:/(?![A-Z]{4}/)[^/]*)*)`).exec(text)?.[1]?.trim() ?? null

const given = (text: string | null | undefined): string | null =>
  text === null || text === undefined || text === '' || text === 'NOTPROVIDED' ? null : text

/**
 * Kinds of bookings that give something back, by the German banks' code of them (GVC): direct debits that were returned to us (108, 109) or by us
 * (181, 184), and a credit transfer that could not be delivered (159). Of these, and of no others, subfield 34 says why, in three digits that
 * begin with 9 (912: the payer objects). Source: Deutsche Kreditwirtschaft, DFÜ-Abkommen, annex 3, chapter 8.2.4 and the table of codes;
 * looked up 2026-11-21. Code 105 has digits from 990 there that are no reasons.
 */
const RETURNS: ReadonlySet<string> = new Set(['108', '109', '159', '181', '184'])
const REASON = /^9[0-8]\d$/

const returnIn = (kind: string, reason: string, said: string | undefined): LineReturn | null => {
  const own = RETURNS.has(kind) && REASON.test(reason) ? reason : undefined
  if (said !== undefined && said !== '') return returnReasonIn(said, [own])
  return own === undefined ? null : returnReason([own], [])
}

/** Reads field :86: in any of its three forms: subfields, slashes, or free text. */
export const readInformation = (lines: readonly string[]): Information => {
  const joined = lines.join('')
  const fields = subfields(joined)
  if (fields !== null) {
    const purpose = [...fields].filter(([code]) => isPurpose(code)).map(([, text]) => text)
    const words = keyworded(purpose)
    const whole = words.size === 0 ? purpose.join('') : (words.get('SVWZ') ?? '')
    return {
      endToEnd: given(words.get('EREF')),
      batch: given(words.get('KREF')),
      returned: returnIn(joined.slice(0, 3), fields.get(34)?.trim() ?? '', words.get('RTRN')),
      text: [words.get('RTRN') ?? '', fields.get(0) ?? '', whole].filter((part) => part !== '').join(' '),
    }
  }
  if (!/\/[A-Z]{4}\//.test(joined)) return { endToEnd: null, batch: null, text: lines.join(' '), returned: null }
  const why = slashed(joined, 'RTRN')
  const text = [why, slashed(joined, 'REMI')].filter((part) => part !== null).join(' ')
  return {
    endToEnd: given(slashed(joined, 'EREF')),
    batch: given(slashed(joined, 'PREF')),
    text: text || joined,
    returned: why === null || why === '' ? null : returnReasonIn(why),
  }
}
