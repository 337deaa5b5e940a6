import { Refusal } from './refusal.ts'

/** A request's JSON object, read strictly: a wrong type is a refusal that names the field. */
export type Body = Readonly<Record<string, unknown>>

/** A request's body; an empty one is an empty object. */
export const parseBody = (body: string | null): Body => {
  if (body === null || body === '') return {}
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new Refusal('invalid_request', 'the body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('invalid_request', 'the body is not a JSON object')
  return value as Body
}

const AMOUNT = /^[1-9][0-9]{0,17}$/
const REFERENCE = /^[\x21-\x7e]{1,64}$/

/** Minor units as text: `"4990"`. */
export const amountIn = (body: Body, field = 'amount'): bigint => {
  const value = body[field]
  if (typeof value !== 'string' || !AMOUNT.test(value))
    throw new Refusal('invalid_request', `${field} must be a string of minor units above zero, such as "4990"`)
  return BigInt(value)
}

/** Our reference. `ch_` is kept for charge ids, since a path takes either. */
export const referenceIn = (body: Body): string => {
  const value = body.reference
  if (typeof value !== 'string' || !REFERENCE.test(value) || value.startsWith('ch_'))
    throw new Refusal('invalid_request', 'reference must be 1 to 64 printable characters and not begin with ch_')
  return value
}

/** A text that is not empty. */
export const textIn = (body: Body, field: string): string => {
  const value = body[field]
  if (typeof value !== 'string' || value === '') throw new Refusal('invalid_request', `${field} must be a text`)
  return value
}

/** An absolute http or https URL: a browser is sent there. */
export const urlIn = (body: Body, field: string): string | null => {
  const value = body[field]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value))
    throw new Refusal('invalid_request', `${field} must be an absolute http or https URL, or null`)
  return value
}

/** An object; absent is an empty one. */
export const objectIn = (body: Body, field: string): Body => {
  const value = body[field]
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Refusal('invalid_request', `${field} must be an object`)
  return value as Body
}

/** An object of texts; absent is an empty one. */
export const textsIn = (body: Body, field: string): Readonly<Record<string, string>> => {
  const value = objectIn(body, field)
  for (const name in value) {
    if (typeof value[name] !== 'string') throw new Refusal('invalid_request', `${field}.${name} must be a text`)
  }
  return value as Readonly<Record<string, string>>
}
