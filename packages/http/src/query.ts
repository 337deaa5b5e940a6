import { FlorinError } from '@florin/core'

/** The query of a URL as an object without surprises. A parameter that is given twice is refused by name. */
export const queryOf = (search: URLSearchParams): Readonly<Record<string, string>> => {
  const query: Record<string, string> = Object.create(null)
  for (const [name, value] of search) {
    if (name in query) {
      const path = name.slice(0, 40)
      throw new FlorinError('invalid_request', `${path}: is given twice in the query`, { details: { path } })
    }
    query[name] = value
  }
  return { ...query }
}
