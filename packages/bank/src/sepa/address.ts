import { sepaText } from './charset.ts'

/** Where the account holder is, in parts: banks take no other form any more. */
export interface SepaAddress {
  readonly street?: string | undefined
  readonly building?: string | undefined
  readonly postCode?: string | undefined
  readonly town: string
  /** ISO 3166-1, two letters. */
  readonly country: string
}

/** An address as it goes into a file: elements of PostalAddress24 with their texts, in the order of the schema. */
export type WrittenAddress = readonly (readonly [element: string, text: string])[]

/** Elements, the options that they are made of, and how long they may be (pain.001.001.09, PostalAddress24). */
const PARTS = [
  ['StrtNm', 'street', 70],
  ['BldgNb', 'building', 16],
  ['PstCd', 'postCode', 16],
  ['TwnNm', 'town', 35],
] as const

/** The address in SEPA's characters; or which part of it is wrong, and why. Town and country are needed, the rest need not be. */
export const writtenAddress = (
  address: SepaAddress,
): { readonly parts: WrittenAddress } | { readonly path: string; readonly why: string } => {
  const parts: (readonly [string, string])[] = []
  for (const [element, name, most] of PARTS) {
    const given = address[name]
    if (given === undefined && name !== 'town') continue
    const written = sepaText(given ?? '')
    if (!('text' in written) || written.text === '' || written.text.length > most)
      return { path: `address.${name}`, why: `needs 1 to ${most} characters in Latin letters` }
    parts.push([element, written.text])
  }
  if (!/^[A-Z]{2}$/.test(address.country))
    return { path: 'address.country', why: "needs the country's two letters in capitals, as DE" }
  return { parts: [...parts, ['Ctry', address.country]] }
}
