import { maskPans } from '@florin/core/statements'

const TEXT_MAX = 500

/** What a line says, for a person: one line of text, without card numbers, at most 500 characters. */
export const plainText = (parts: readonly (string | undefined)[]): string =>
  maskPans(
    parts
      .filter((part) => part !== undefined && part !== '')
      .join(' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, TEXT_MAX),
  )
