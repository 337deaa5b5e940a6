import type { Intent } from './payment.ts'
import { invalid } from './refusal.ts'
import type { State } from './state.ts'

type Test = (intent: Intent) => boolean

// One clause of docs.stripe.com/search#search-query-language: a field, an operator, a value
const CLAUSE =
  /\s*(-?)(metadata\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]|amount|created|currency|customer|status)\s*(>=|<=|>|<|:|~)\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+)|(null))\s*/y
const JOINT = /(AND|OR)(?=\s)/iy

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1')

const fieldOf = (intent: Intent, field: string, key: string): string | number | null => {
  switch (field) {
    case 'amount':
      return intent.amount
    case 'created':
      return intent.created
    case 'currency':
      return intent.currency
    case 'customer':
      return intent.customer
    case 'status':
      return intent.status
    default:
      return Object.hasOwn(intent.metadata, key) ? (intent.metadata[key] ?? null) : null
  }
}

const compare = (operator: string, actual: string | number | null, wanted: string | null): boolean => {
  if (wanted === null) return actual === null
  if (actual === null) return false
  if (operator === ':') return String(actual).toLowerCase() === wanted.toLowerCase()
  if (operator === '~') return String(actual).toLowerCase().includes(wanted.toLowerCase())
  const [a, b] = [Number(actual), Number(wanted)]
  return operator === '>' ? a > b : operator === '<' ? a < b : operator === '>=' ? a >= b : a <= b
}

const refuse = (query: string) =>
  invalid(`The search query '${query.slice(0, 200)}' cannot be read.`, { param: 'query' })

/** Reads a query: clauses joined by AND, or by OR, never by both. */
export const parseQuery = (query: string): Test => {
  const tests: Test[] = []
  const joints = new Set<string>()
  let at = 0
  while (at < query.length) {
    CLAUSE.lastIndex = at
    const found = CLAUSE.exec(query)
    if (found === null) throw refuse(query)
    const [, minus, fieldText = '', single, double, operator = ':', quoted, doubleQuoted, digits] = found
    const field = fieldText.startsWith('metadata') ? 'metadata' : fieldText
    const key = unescaped(single ?? double ?? '')
    const text = quoted ?? doubleQuoted
    const wanted = text === undefined ? (digits ?? null) : unescaped(text)
    tests.push((intent) => compare(operator, fieldOf(intent, field, key), wanted) !== (minus === '-'))
    at = CLAUSE.lastIndex
    if (at === query.length) break
    JOINT.lastIndex = at
    const joint = JOINT.exec(query)?.[0]
    if (joint !== undefined) {
      joints.add(joint.toUpperCase())
      at = JOINT.lastIndex
      if (at === query.length) throw refuse(query)
    }
  }
  if (tests.length === 0 || joints.size > 1) throw refuse(query)
  return joints.has('OR')
    ? (intent) => tests.some((test) => test(intent))
    : (intent) => tests.every((test) => test(intent))
}

/** Whether the index has heard of an intent: it lags behind. */
export const indexed = (state: State, intent: Intent): boolean =>
  state.now - intent.createdMs >= state.options.searchLagMs &&
  state.requests - intent.sequence > state.options.searchLagRequests
