/** A path of the API, taken apart. `charge` creates one; `charges` and `operations` look things up. */
export interface Route {
  readonly name: 'charge' | 'complete' | 'capture' | 'cancel' | 'refund' | 'increment' | 'charges' | 'operations'
  readonly target: string | null
  readonly by: 'id' | 'reference'
}

const ROOT = '/v1/charges'
const CREATE: Route = { name: 'charge', target: null, by: 'id' }
const VERBS: Readonly<Record<string, Route['name']>> = {
  complete: 'complete',
  capture: 'capture',
  cancel: 'cancel',
  refunds: 'refund',
  increment: 'increment',
}

const decoded = (text: string): string | null => {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text
  } catch {
    return null
  }
}

/** The route of a request, or null where the API has none. */
export const parseRoute = (method: string, path: string): Route | null => {
  if (method === 'POST') return path === ROOT ? CREATE : parseVerb(path)
  return method === 'GET' ? parseLookup(path) : null
}

const parseVerb = (path: string): Route | null => {
  if (!path.startsWith(`${ROOT}/`)) return null
  const slash = path.indexOf('/', ROOT.length + 1)
  const target = slash === -1 ? null : decoded(path.slice(ROOT.length + 1, slash))
  const verb = path.slice(slash + 1)
  const name = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
  return name === undefined || target === null || target === '' ? null : { name, target, by: 'id' }
}

const LOOKUP = /^\/v1\/(charges|operations)(?:\/([^/?]+)|\?reference=([^&]+))$/

const parseLookup = (path: string): Route | null => {
  const [, name, id, reference] = LOOKUP.exec(path) ?? []
  const target = decoded(id ?? reference ?? '')
  if (name === undefined || target === null || target === '') return null
  return { name: name as 'charges' | 'operations', target, by: id === undefined ? 'reference' : 'id' }
}
