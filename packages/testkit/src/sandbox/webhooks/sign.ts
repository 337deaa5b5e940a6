import { createHmac, timingSafeEqual } from 'node:crypto'
import { FlorinError } from '@florin/core'

/** FAILURES 5.3: how far a delivery's timestamp may be off, in both directions. */
export const TOLERANCE_MS = 300_000

const SECRET_BYTES = 24 // Standard Webhooks' minimum
const HEX_SHA256 = /^[0-9a-f]{64}$/

/** One or two active secrets, each long enough. Throws `configuration` otherwise: a short secret must fail at construction, not on use. */
export const checkSecrets = (secret: string | readonly string[]): readonly [string, ...string[]] => {
  const [first, ...others] = typeof secret === 'string' ? [secret] : secret
  if (first === undefined || others.length > 1)
    throw new FlorinError('configuration', `sandbox: give one webhook secret, or two during a rotation`)
  for (const each of [first, ...others]) {
    const bytes = Buffer.byteLength(each.trim())
    if (bytes < SECRET_BYTES)
      throw new FlorinError(
        'configuration',
        `sandbox: a webhook secret has ${bytes} bytes; it needs at least ${SECRET_BYTES}`,
      )
  }
  return Object.freeze([first, ...others]) as readonly [string, ...string[]]
}

const mac = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()

/** `t=<ms>,v1=<hex>`, with one `v1` per active secret. */
export const sign = (secrets: readonly string[], at: number, body: Uint8Array): string =>
  [`t=${at}`, ...secrets.map((secret) => `v1=${mac(secret, `${at}`, body).toString('hex')}`)].join(',')

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Why a signature header does not hold, or null where it does. Every doubt is a reason. */
export const signatureFault = (
  secrets: readonly string[],
  header: string | undefined,
  body: Uint8Array,
  receivedAt: number,
): string | null => {
  if (header === undefined) return 'it has no signature'
  if (header.length > 1024) return 'its signature header is too long'
  const parts = header.split(',').map((part) => part.trim())
  const timestamps = parts.filter((part) => part.startsWith('t='))
  const signatures = parts.filter((part) => part.startsWith('v1='))
  const timestamp = timestamps[0]?.slice(2)
  if (timestamps.length !== 1 || timestamp === undefined || !/^[0-9]{1,15}$/.test(timestamp))
    return 'its timestamp is missing or malformed'
  if (Math.abs(receivedAt - Number(timestamp)) > TOLERANCE_MS) return 'its timestamp is more than 300 seconds off'
  const given = signatures.map((part) => part.slice(3)).filter((hex) => HEX_SHA256.test(hex))
  if (given.length === 0) return 'its signature is missing or malformed'
  const macs = secrets.map((secret) => mac(secret, timestamp, body))
  const holds = given.some((hex) => macs.some((expected) => equal(expected, Buffer.from(hex, 'hex'))))
  return holds ? null : 'its signature does not match'
}
