import { inspect } from 'node:util'

/** Card numbers that no card has: they pass the Luhn check, as a scanner for card numbers does, and belong to test ranges. */
export const CARD_NUMBERS = ['4242424242424242', '4242 4242 4242 4242', '4242-4242-4242-4242']

/** A value as JSON, with amounts as text. */
export const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? ''
  } catch {
    return '' // circular: `inspect` shows it all the same
  }
}

/** Everything that a log could show of a value. */
export const shown = (value: unknown): string => `${inspect(value, { depth: 12, showHidden: true })}\n${jsonOf(value)}`

/** Whether a text holds a secret, as it is or as basic authentication writes a user name. */
export const holds = (text: string, secret: string): boolean =>
  text.includes(secret) || text.includes(Buffer.from(`${secret}:`).toString('base64'))
