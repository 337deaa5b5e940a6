/** A path of the API, taken apart. `charge` creates one; `charges` and `operations` look things up. */
export interface Route {
  readonly name:
    | 'charge'
    | 'complete'
    | 'capture'
    | 'cancel'
    | 'refund'
    | 'increment'
    | 'accept'
    | 'file'
    | 'evidence'
    | 'charges'
    | 'operations'
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

const DISPUTES = '/v1/disputes'
const DISPUTE_VERBS: Readonly<Record<string, Route['name']>> = { accept: 'accept', files: 'file', evidence: 'evidence' }

const decoded = (text: string): string | null => {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text
  } catch {
    return null
  }
}

/** The route of a request, or null where the API has none. */
export const parseRoute = (method: string, path: string): Route | null => {
  if (method === 'POST')
    return path === ROOT ? CREATE : (parseVerb(path, ROOT, VERBS) ?? parseVerb(path, DISPUTES, DISPUTE_VERBS))
  return method === 'GET' ? parseLookup(path) : null
}

const parseVerb = (path: string, root: string, verbs: Readonly<Record<string, Route['name']>>): Route | null => {
  if (!path.startsWith(`${root}/`)) return null
  const slash = path.indexOf('/', root.length + 1)
  const target = slash === -1 ? null : decoded(path.slice(root.length + 1, slash))
  const verb = path.slice(slash + 1)
  const name = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  return name === undefined || target === null || target === '' ? null : { name, target, by: 'id' }
}

const LOOKUP = /^\/v1\/(charges|operations)(?:\/([^/?]+)|\?reference=([^&]+))$/

const parseLookup = (path: string): Route | null => {
  const [, name, id, reference] = LOOKUP.exec(path) ?? []
  const target = decoded(id ?? reference ?? '')
  if (name === undefined || target === null || target === '') return null
  return { name: name as 'charges' | 'operations', target, by: id === undefined ? 'reference' : 'id' }
}
