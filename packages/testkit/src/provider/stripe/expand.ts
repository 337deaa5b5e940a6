import type { Account } from './account.ts'
import { type Wire, wireOf } from './find.ts'
import type { Form } from './form.ts'
import { wireRefund } from './refund.ts'
import { invalid, type Refusal } from './refusal.ts'
import type { State } from './state.ts'

const DEPTH_MAX = 4 // docs.stripe.com/api/expanding_objects

// What the official types give as `string | Something`, of the objects that a POST answers with
const EXPANDABLE: ReadonlySet<string> = new Set(
  (
    'application balance_transaction charge customer failure_balance_transaction latest_charge on_behalf_of payment_intent ' +
    'payment_method payment_record review source source_transfer_reversal transfer_reversal'
  ).split(' '),
)

const isWire = (value: unknown): value is Wire => typeof value === 'object' && value !== null && !Array.isArray(value)

const refused = (path: string): Refusal => invalid(`'${path}' cannot be expanded.`, { param: 'expand' })

const pathsIn = (form: Form): string[][] =>
  form.list('expand').map((path) => {
    const parts = path.split('.')
    if (parts.length > DEPTH_MAX) throw invalid(`'${path}' goes deeper than ${DEPTH_MAX} levels.`, { param: 'expand' })
    return parts
  })

/** Refuses a POST that asks to expand what cannot be expanded, before it does anything. */
export const checkExpand = (form: Form): void => {
  for (const path of pathsIn(form))
    if (!path.every((name) => EXPANDABLE.has(name) || name === 'refunds')) throw refused(path.join('.'))
}

const refundsOf = (state: State, object: Wire): Wire | undefined => {
  const charge = object.object === 'charge' ? state.charges.get(String(object.id)) : undefined
  if (charge === undefined) return undefined
  const data = charge.refunds.map(wireRefund).reverse()
  return { object: 'list', data, has_more: false, url: `/v1/charges/${charge.id}/refunds` }
}

const expandOne = (state: State, account: Account, object: Wire, path: readonly string[]): void => {
  const [name, ...rest] = path
  if (name === undefined) return
  const value = name === 'refunds' && object[name] === undefined ? refundsOf(state, object) : object[name]
  if (value === undefined) throw refused(path.join('.'))
  const next = typeof value === 'string' ? wireOf(state, account, value) : value
  if (Array.isArray(next)) {
    for (const each of next) if (isWire(each)) expandOne(state, account, each, rest)
  } else if (isWire(next)) {
    object[name] = next
    expandOne(state, account, next, rest)
  }
  // Else there is nothing, or nothing that the double keeps: a customer's id stays an id.
}

/** Puts objects where their ids are, as `expand[]` asks. Changes `object`. */
export const expand = (state: State, account: Account, object: Wire, form: Form): Wire => {
  for (const path of pathsIn(form)) expandOne(state, account, object, path)
  return object
}
