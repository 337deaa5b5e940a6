import { types } from 'node:util'
import type { Delivery } from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { nameInput } from './gate.ts'

const wrong = (path: string, message: string): FlorinError =>
  new FlorinError('invalid_request', `${path}: ${message}`, { details: { path } })

/** What Node's `request.headers` holds: text; lists of one name are one text (RFC 9110, 5.2), and what is not there is left out. */
const headersInput = (given: unknown): Readonly<Record<string, string>> => {
  if (typeof given !== 'object' || given === null || given instanceof Headers)
    throw wrong('headers', 'must be an object of names and values, such as request.headers of Node')
  const headers: [string, string][] = []
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') headers.push([name, value])
    else if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
      headers.push([name, value.join(', ')])
    else if (value !== undefined) throw wrong('headers', `the value of '${name.slice(0, 40)}' must be a string`)
  }
  return Object.fromEntries(headers)
}

/** A delivery as a host hands it on, checked; gateway and account, which come from a URL, may be quoted. */
export const deliveryInput = (given: Delivery): Delivery => {
  const delivery: unknown = given
  if (typeof delivery !== 'object' || delivery === null)
    throw wrong('input', 'must be a delivery: { gateway, account, headers, body }')
  const { gateway, account, headers, body } = given
  if (!types.isUint8Array(body))
    throw wrong(
      'body',
      'must be the raw bytes (a Uint8Array) as they came in: nothing may parse them before, not even JSON',
    )
  return {
    gateway: nameInput(gateway, 'gateway'),
    account: nameInput(account, 'account'),
    headers: headersInput(headers),
    body,
  }
}
