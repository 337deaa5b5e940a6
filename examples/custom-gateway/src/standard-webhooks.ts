import { createHmac, timingSafeEqual } from 'node:crypto'

const TOLERANCE_MS = 300_000 // FAILURES 5.3, in both directions
const SECONDS = /^[0-9]{1,12}$/
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/
const LONGEST_HEADER = 1_024

/** The signature of a delivery: HMAC-SHA256 over `id.timestamp.payload`. Source: the Standard Webhooks specification, 1.0.0. */
export const webhookSignature = (key: Buffer, id: string, seconds: string, body: Uint8Array): Buffer =>
  createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest()

/** Why a delivery's headers do not prove its body, or null where they do. Every doubt is a reason. */
export const webhookFault = (
  keys: readonly Buffer[],
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  receivedAt: number,
): string | null => {
  const { 'webhook-id': id = '', 'webhook-timestamp': seconds = '', 'webhook-signature': signatures = '' } = headers
  if (keys.length === 0) return 'no webhook secret is configured'
  if (id === '' || id.length > LONGEST_HEADER || signatures.length > LONGEST_HEADER) return 'it is not signed'
  if (!SECONDS.test(seconds)) return 'its timestamp is missing or malformed'
  if (Math.abs(receivedAt - Number(seconds) * 1_000) > TOLERANCE_MS) return 'its timestamp is more than 300 seconds off'
  const given = signatures.split(' ').flatMap((each) => SIGNATURE.exec(each)?.[1] ?? [])
  const expected = keys.map((key) => webhookSignature(key, id, seconds, body))
  const holds = given.some((text) => {
    const mac = Buffer.from(text, 'base64')
    return expected.some((right) => mac.length === right.length && timingSafeEqual(mac, right))
  })
  return holds ? null : 'its signature does not match'
}
