import { createHmac, timingSafeEqual } from 'node:crypto'
import { secretFault } from '../options/webhook-secret.ts'

/** FAILURES 5.3: how far a delivery's timestamp may be off, in both directions. */
const TOLERANCE_MS = 300_000
const HEADER_MAX = 4_096 // two secrets make under 200 characters; Stripe adds a v0 in test mode
const HEX_SHA256 = /^[0-9a-f]{64}$/
const TIMESTAMP = /^[0-9]{1,12}$/

/** Bytes of another length are no signature; `timingSafeEqual` would throw on them. */
const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const mac = (secret: string, timestamp: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()

/**
 * Why a `Stripe-Signature` does not hold for these bytes, or null where it does (docs.stripe.com/webhooks/signature). Every doubt is a
 * reason; no reason repeats the header.
 */
export const signatureFault = (
  secrets: readonly string[],
  header: string | undefined,
  body: Uint8Array,
  receivedAt: number,
): string | null => {
  if (secrets.length === 0) return 'no webhook secret is configured'
  const bad = secrets.map(secretFault).find((fault) => fault !== null)
  if (bad !== undefined) return `a webhook secret ${bad}`
  if (header === undefined || header === '') return 'it has no Stripe-Signature'
  if (header.length > HEADER_MAX) return 'its Stripe-Signature is too long'
  const parts = header.split(',').map((part) => part.trim())
  const timestamps = parts.filter((part) => part.startsWith('t='))
  const timestamp = timestamps[0]?.slice(2) ?? ''
  if (timestamps.length !== 1 || !TIMESTAMP.test(timestamp)) return 'its timestamp is missing or malformed'
  if (!(Math.abs(receivedAt - Number(timestamp) * 1_000) <= TOLERANCE_MS))
    return 'its timestamp is more than 300 seconds off'
  const given = parts.filter((part) => part.startsWith('v1=')).map((part) => part.slice(3))
  const signatures = given.filter((hex) => HEX_SHA256.test(hex)).map((hex) => Buffer.from(hex, 'hex'))
  if (signatures.length === 0) return 'its v1 signature is missing or malformed'
  let holds = false
  for (const secret of secrets) {
    const expected = mac(secret, timestamp, body)
    // Every pair is compared, so that the time taken does not tell which one held.
    for (const signature of signatures) holds = equal(expected, signature) || holds
  }
  return holds ? null : 'its signature does not match'
}
