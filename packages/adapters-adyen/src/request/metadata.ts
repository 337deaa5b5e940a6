const VALUE_MAX = 80 // Adyen's limits: 20 entries, keys of 20 characters, values of 80
const KEY = 'florin_reference'

/**
 * The merchant's reference for people who look at Adyen's Customer Area. Florin allows 255 characters where Adyen has 80, so a longer one
 * goes on in `florin_reference_2` and so on: nothing is cut off, and no character is broken in two.
 */
export const metadataOf = (merchantReference: string): Readonly<Record<string, string>> => {
  const pieces: string[] = ['']
  for (const character of merchantReference) {
    const last = pieces.at(-1) ?? ''
    if (last.length + character.length > VALUE_MAX) pieces.push(character)
    else pieces[pieces.length - 1] = last + character
  }
  return Object.fromEntries(pieces.map((piece, index) => [index === 0 ? KEY : `${KEY}_${index + 1}`, piece]))
}
