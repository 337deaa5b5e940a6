import type { CompleteCommand } from '@florin/core/gateways'
import { invalid } from './invalid.ts'

/** What a buyer can bring back, by Adyen's names: the query of the return URL, or what Drop-in's `onAdditionalDetails` gave. */
const DETAILS = [
  'MD',
  'PaRes',
  'payload',
  'redirectResult',
  'returnUrlQueryString',
  'threeDSResult',
  'threeds2.challengeResult',
  'threeds2.fingerprint',
] as const

const VALUE_MAX = 20_000

/** The body of `POST /payments/details`. */
export interface CompletionBody {
  readonly details: Readonly<Partial<Record<(typeof DETAILS)[number], string>>>
  readonly paymentData?: string
}

/**
 * Takes Adyen's fields out of a payload and leaves the rest, which is the shop's own. Throws `invalid_request` where there are none: the
 * charge then goes on waiting for the buyer.
 */
export const completionBody = ({ payload }: CompleteCommand): CompletionBody => {
  const field = (name: string): string | undefined => {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined
    if (value !== undefined && value.length > VALUE_MAX)
      invalid(`payload.${name}`, `${name} is longer than Adyen's are`)
    return value === '' ? undefined : value
  }
  const given = DETAILS.flatMap((name) => {
    const value = field(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  if (given.length === 0)
    invalid('payload', `the buyer brought nothing back that Adyen understands; give one of ${DETAILS.join(', ')}`)
  const paymentData = field('paymentData')
  return { details: Object.fromEntries(given), ...(paymentData !== undefined && { paymentData }) }
}
