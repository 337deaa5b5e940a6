/** How a catalogue's camelCase column is called in SQL, where it need not be quoted by whoever types a query: `capturePending` is `capture_pending`. */
export const sqlName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A name as an identifier. Catalogue names are plain words, but some are SQL's too (`key`, `first`, `transaction`). */
export const quoted = (name: string): string => `"${sqlName(name)}"`

/** Several names, in a list. */
export const quotedList = (names: readonly string[]): string => names.map(quoted).join(', ')

/** A text as a literal. Only for the catalogue's own words; values are always bound. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
