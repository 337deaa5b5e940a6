import { type FlorinError, isFlorinError } from '@florin/core'
import { maskPans } from '@florin/core/gateways'
import { kindOf, type ProblemCode } from './codes.ts'
import { Refusal } from './refusal.ts'

/** An error as RFC 9457 writes it, with the headers that belong to it. */
export interface Problem {
  readonly code: ProblemCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Something for the operator: the caller was not told what it is. */
  readonly hidden: boolean
}

// An answer repeats what was wrong about a request: a header, the name of a field. Whatever a caller puts there, no card's number comes back.
const masked = <T>(value: T): T | string => (typeof value === 'string' ? maskPans(value) : value)

/** What a caller may be given to see; `details` of core hold neither secrets nor personal data. */
const shown = (details: FlorinError['details']): FlorinError['details'] => {
  const { status, ...others } = details // a problem's own `status` is that of HTTP
  const safe = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, masked(value)]))
  return status === undefined ? safe : { ...safe, paymentStatus: status }
}

const retryAfter = (ms: unknown): Readonly<Record<string, string>> =>
  typeof ms === 'number' && Number.isFinite(ms) ? { 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) } : {}

/** Anything thrown, as a problem. What is not a known refusal is `internal` and says nothing of what went wrong. */
export const problemOf = (error: unknown): Problem => {
  const known = error instanceof Refusal || isFlorinError(error) ? error : undefined
  const { code, kind } = kindOf(known?.code ?? 'internal')
  const hidden = kind.hidden !== undefined
  const details = hidden || known === undefined ? {} : shown(known.details)
  const retryAfterMs = details.retryAfterMs ?? kind.retryAfterMs
  const body = {
    ...details,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    type: `urn:florin:error:${code}`,
    title: kind.title,
    status: kind.status,
    code,
    detail: masked(kind.hidden ?? known?.message ?? kind.title),
  }
  return {
    code,
    status: kind.status,
    headers: {
      'content-type': 'application/problem+json',
      ...retryAfter(retryAfterMs),
      ...(error instanceof Refusal ? error.headers : {}),
    },
    body: JSON.stringify(body),
    hidden,
  }
}
