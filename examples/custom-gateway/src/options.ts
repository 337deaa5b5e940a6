import { FlorinError } from '@florin/core/gateways'
import type { HttpTransportOptions } from '@florin/transport'
import { z } from 'zod'

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/
const LEAST_BYTES = 24 // Standard Webhooks: 24 to 64 bytes

const webhookSecret = z.string().refine((given) => {
  const key = SECRET.exec(given)?.[1]
  return key !== undefined && Buffer.from(key, 'base64').length >= LEAST_BYTES
}, `must be 'whsec_' and the base64 of at least ${LEAST_BYTES} bytes, as the dashboard shows it`)

type OnExchange = NonNullable<HttpTransportOptions['onExchange']>

const schema = z.strictObject({
  baseUrl: z.url().default('https://api.guilderpay.example'),
  merchant: z.string().min(1),
  keyId: z.string().min(8),
  secret: z.string().min(24, 'must have at least 24 characters: it signs every request'),
  webhookSecrets: z.array(webhookSecret).max(2, 'holds two secrets at most, during a rotation').default([]),
  onExchange: z.custom<OnExchange>((given) => typeof given === 'function', 'must be a function').optional(),
})

/** How a shop reaches Guilder Pay. All of it is in the dashboard under "API". */
export interface GuilderPayOptions {
  /** Default: production. */
  readonly baseUrl?: string
  /** The number that Guilder Pay knows the shop by: `M-1001`. */
  readonly merchant: string
  readonly keyId: string
  /** Signs requests. It is never sent. */
  readonly secret: string
  /** One, or two during a rotation. Without one, webhooks are refused and are no capability. */
  readonly webhookSecrets?: readonly string[]
  /** Called for each request with what a log may show of it, as httpTransport of @florin/transport does. */
  readonly onExchange?: OnExchange
}

/** The options, checked, with every default in its place. */
export type ResolvedOptions = z.output<typeof schema>

/** The one gate for options. Throws `configuration`, naming the option and never its value. */
export const resolveOptions = (given: GuilderPayOptions): ResolvedOptions => {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new FlorinError('configuration', `guilder-pay: ${issue?.path.join('.') || 'options'}: ${issue?.message}`)
}

/** The bytes behind a secret that the gate let pass. */
export const keyOf = (secret: string): Buffer => Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64')
