import type { Route } from './route.ts'

/** The operations at one path, with what stands in place of its `{names}`. */
export interface Match {
  readonly path: string
  readonly routes: ReadonlyMap<string, Route>
  readonly params: Readonly<Record<string, string>>
}

interface Place {
  readonly path: string
  readonly segments: readonly string[]
  readonly routes: Map<string, Route>
}

/** Finds what is at a path; undefined where nothing is. Paths match exactly: no empty segment, no slash at the end. */
export type Router = (pathname: string) => Match | undefined

/** A router over routes under a prefix (`''` or `/some/path`). */
export const createRouter = (routes: readonly Route[], prefix: string): Router => {
  const places = placesOf(routes)
  return (pathname) => {
    if (prefix !== '' && !pathname.startsWith(`${prefix}/`)) return undefined
    const given = pathname.slice(prefix.length).split('/')
    for (const place of places.get(given.length) ?? []) {
      const params = paramsOf(place.segments, given)
      if (params !== undefined) return { path: place.path, routes: place.routes, params }
    }
    return undefined
  }
}

/** The places by how many segments they have. */
const placesOf = (routes: readonly Route[]): ReadonlyMap<number, readonly Place[]> => {
  const byPath = Map.groupBy(routes, (route) => route.path)
  const places = [...byPath].map(([path, at]): Place => {
    return { path, segments: path.split('/'), routes: new Map(at.map((route) => [route.method, route])) }
  })
  return Map.groupBy(places, (place) => place.segments.length)
}

const paramsOf = (
  segments: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  const params: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const part = given[index] ?? ''
    if (!segment.startsWith('{')) {
      if (segment !== part) return undefined
      continue
    }
    const value = decoded(part)
    if (value === undefined || value === '') return undefined
    params[segment.slice(1, -1)] = value
  }
  return params
}

const decoded = (part: string): string | undefined => {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined // no id has a broken escape in it
  }
}
