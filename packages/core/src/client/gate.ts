import type { z } from 'zod'
import { FlorinError, hasPan } from '../kernel/index.ts'

const NO_PAN = 'looks like a card number: Florin takes tokens only, never card numbers (PCI DSS 3.3.1)'
const DEEPEST = 8 // no schema is deeper, and what is deeper is refused by it

/** Refuses card numbers wherever they stand, also in the names of fields, before anything looks at the input or quotes it. */
export const refusePans = (input: unknown, path = '', depth = 0): void => {
  if (typeof input === 'string') {
    if (hasPan(input)) throw panFound(path)
    return
  }
  if (typeof input !== 'object' || input === null || depth > DEEPEST) return
  for (const [name, member] of Object.entries(input)) {
    if (hasPan(name)) throw panFound(path)
    refusePans(member, path === '' ? name : `${path}.${name}`, depth + 1)
  }
}

const panFound = (path: string): FlorinError =>
  new FlorinError('invalid_request', `${path || 'input'}: ${NO_PAN}`, { details: { path: path || 'input' } })

/** An id, or another short name, that a caller gives by itself; whether it exists is for the storage to say. */
export const nameInput = (value: unknown, path: string): string => {
  if (typeof value !== 'string') {
    throw new FlorinError(
      'invalid_request',
      `${path}: must be a string (got ${value === null ? 'null' : typeof value})`,
      {
        details: { path },
      },
    )
  }
  refusePans(value, path)
  return value
}

/** Parses an input, or throws `invalid_request` that names the first field that is wrong and what it should be. */
export const parseInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  refusePans(input)
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = deepest(parsed.error.issues)
  const path = issue.path.length === 0 ? 'input' : issue.path.map(String).join('.')
  throw new FlorinError('invalid_request', `${path}: ${issue.message}${shown(input, issue.path)}`, {
    details: { path },
  })
}

type Issue = z.core.$ZodIssue

/** Of a union, the alternative that came furthest says what was meant. */
const deepest = (issues: readonly Issue[]): Issue => {
  const [first] = issues
  if (first === undefined) throw new FlorinError('internal', 'an input was refused without a reason')
  if (first.code !== 'invalid_union' || first.errors.length === 0) return first
  const best = [...first.errors].sort((a, b) => rank(b) - rank(a))[0]
  if (best === undefined || best.length === 0) return first
  const inner = deepest(best)
  return { ...inner, path: [...first.path, ...inner.path] }
}

const rank = (issues: readonly Issue[]): number =>
  issues.some((issue) => issue.code === 'unrecognized_keys' || issue.code === 'invalid_type') ? -issues.length : 1

const SECRET = new Set([
  'token',
  'tokens',
  'email',
  'name',
  'ip',
  'metadata',
  'description',
  'payload',
  'reason',
  'note',
  'iban',
])
const MOST_SHOWN = 40

/** The value in question, where it is short and can be neither secret nor personal. */
const shown = (input: unknown, path: readonly PropertyKey[]): string => {
  if (path.some((part) => SECRET.has(String(part)))) return ''
  let value: unknown = input
  for (const part of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[part]
  if (value === undefined || typeof value === 'object' || typeof value === 'function') return ''
  const text = String(value)
  if (text.length > MOST_SHOWN) return ` (got ${text.length} characters)`
  return /\d{13}/.test(text.replaceAll(/[ -]/g, '')) ? '' : ` (got '${text}')`
}
