import { PROBLEMS, type ProblemCode, type ProblemKind } from '../problems/codes.ts'
import type { Route } from '../routes/route.ts'
import { refTo } from './schemas.ts'

/** What may be refused whatever is asked. */
const codesOf = (route: Route): readonly ProblemCode[] => {
  const any: readonly ProblemCode[] = [...route.refuses, 'overloaded', 'storage_unavailable', 'closed', 'internal']
  if (route.access === 'public') return route.refuses
  if (route.access === 'webhook') return ['body_too_large', ...any]
  const body: readonly ProblemCode[] = route.input === null ? [] : ['body_too_large', 'unsupported_media_type']
  const key: readonly ProblemCode[] = route.key === 'refused' ? ['unsupported'] : []
  return ['invalid_request', 'unauthenticated', ...body, ...key, ...any]
}

/** The responses with which a route refuses, by their status, with the codes that each can carry. */
export const refusalsOf = (route: Route): Readonly<Record<string, unknown>> => {
  const byStatus = Map.groupBy(new Set(codesOf(route)), (code) => PROBLEMS[code].status)
  return Object.fromEntries([...byStatus].map(([status, codes]) => [String(status), responseOf(codes)]))
}

const responseOf = (codes: readonly ProblemCode[]): unknown => {
  const retry = codes.some((code) => (PROBLEMS[code] as ProblemKind).retryAfterMs !== undefined)
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    ...(retry ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {}),
    content: { 'application/problem+json': { schema: refTo('Problem') } },
  }
}
