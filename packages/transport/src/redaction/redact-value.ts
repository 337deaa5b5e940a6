import { hasPan } from '@florin/core/gateways'
import { redact } from './redact.ts'
import { REDACTED } from './secret-shapes.ts'
import { sensitivityOf } from './sensitive-name.ts'

const DEEPEST = 16
const MOST_PARTS = 20_000

/**
 * A copy of any value for a log: sensitive fields masked by their names, every text redacted. Plain data, so that neither `inspect` nor
 * `JSON.stringify` finds more in it than it shows: errors become objects with `name`, `message`, `stack` and their own fields, bigints
 * become texts, bytes their length, functions and what is too deep or too much a word about it. Never throws.
 */
export const redactValue = (value: unknown): unknown => copy(value, { parts: 0, above: new Set() }, 0)

interface Walk {
  parts: number
  readonly above: Set<object>
}

const copy = (value: unknown, walk: Walk, depth: number): unknown => {
  walk.parts += 1
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (hasPan(String(value))) return REDACTED
    return typeof value === 'bigint' ? String(value) : value
  }
  if (typeof value === 'symbol' || typeof value === 'function') return `[${typeof value}]`
  if (typeof value !== 'object' || value === null) return value
  if (walk.above.has(value)) return '[circular]'
  if (depth >= DEEPEST) return '[deeper]'
  walk.above.add(value)
  try {
    return members(value, walk, depth + 1)
  } catch {
    return '[unreadable]' // a getter or a proxy that throws
  } finally {
    walk.above.delete(value)
  }
}

const members = (value: object, walk: Walk, depth: number): unknown => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString()
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof URL || value instanceof URLSearchParams) return redact(String(value))
  if (Array.isArray(value) || value instanceof Set) return list(value, walk, depth)
  if (value instanceof Map) return fields(value, walk, depth)
  const own = Object.entries(value)
  if (!(value instanceof Error)) return fields(own, walk, depth)
  const told: [string, unknown][] = [
    ['cause', value.cause],
    ['errors', (value as { errors?: unknown }).errors],
  ]
  return {
    name: redact(String(value.name)),
    message: redact(String(value.message)),
    ...(typeof value.stack === 'string' && { stack: redact(value.stack) }),
    ...fields(
      [...told.filter(([, each]) => each !== undefined), ...own.filter(([name]) => name !== 'name')],
      walk,
      depth,
    ),
  }
}

const list = (values: Iterable<unknown>, walk: Walk, depth: number): unknown[] => {
  const shown: unknown[] = []
  for (const each of values) {
    if (walk.parts >= MOST_PARTS) return [...shown, '[more]']
    shown.push(copy(each, walk, depth))
  }
  return shown
}

const fields = (entries: Iterable<readonly [unknown, unknown]>, walk: Walk, depth: number): Record<string, unknown> => {
  const shown: [string, unknown][] = []
  for (const [key, value] of entries) {
    if (walk.parts >= MOST_PARTS) {
      shown.push(['[more]', true])
      break
    }
    const name = typeof key === 'string' ? key : String(copy(key, walk, depth))
    const secret =
      sensitivityOf(name) !== 'none' && !(value === null || value === undefined || typeof value === 'boolean')
    shown.push([redact(name), secret && value !== '' ? REDACTED : copy(value, walk, depth)])
  }
  return Object.fromEntries(shown)
}
