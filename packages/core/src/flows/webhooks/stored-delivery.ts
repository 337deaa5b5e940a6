import type { RawDelivery } from '../../gateways/index.ts'
import { FlorinError, sha256, toHex } from '../../kernel/index.ts'
import { type WebhookEvidenceRow, type WebhookInboxRow, webhookBodies } from '../../webhooks/index.ts'
import type { FlowContext } from '../context.ts'

/** Inbox rows belong to no merchant before they are matched: they are sealed under the platform's own scope. */
export const INBOX_SCOPE = 'florin'

/** What is kept sealed of a delivery: the raw bytes, for the work, for people and for redrives, and the headers worth keeping. */
export interface StoredDelivery {
  /** Base64. */
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const digestOf = (body: Uint8Array): string => toHex(sha256(body))

const bodyPlace = (row: Pick<WebhookInboxRow, 'gateway' | 'account' | 'digest' | 'id'>) => ({
  table: 'webhook_bodies',
  column: 'delivery',
  merchant: INBOX_SCOPE,
  key: `${row.id}\n${row.gateway}\n${row.account}\n${row.digest}`, // bytes moved under another delivery do not open there
})

const evidencePlace = (row: Pick<WebhookEvidenceRow, 'gateway' | 'account' | 'slot' | 'id'>) => ({
  table: 'webhook_evidence',
  column: 'delivery',
  merchant: INBOX_SCOPE,
  key: `${row.id}\n${row.gateway}\n${row.account}\n${row.slot}`,
})

const CREDENTIALS = new Set(['authorization', 'proxy-authorization'])
// A delivery is no browser's: its cookies say nothing. The others belong to one connection and not to the delivery.
const WORTHLESS = new Set(['cookie', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'host'])
const MOST_HEADER_CHARACTERS = 16_384 // as much as Node reads of a request's headers by default

/**
 * The headers worth keeping, within bounds. Credentials only where the delivery may have to be verified again: what is verified needs
 * them no more.
 */
const headersWorthKeeping = (
  headers: Readonly<Record<string, string>>,
  credentials: boolean,
): Readonly<Record<string, string>> => {
  let left = MOST_HEADER_CHARACTERS
  const kept: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (WORTHLESS.has(name) || (CREDENTIALS.has(name) && !credentials)) continue
    left -= name.length + value.length
    if (left < 0) break
    kept[name] = value
  }
  return { ...kept }
}

const storedOf = ({ body, headers }: RawDelivery, credentials: boolean): StoredDelivery => ({
  body: Buffer.from(body.buffer, body.byteOffset, body.length).toString('base64'),
  headers: headersWorthKeeping(headers, credentials),
})

/** What identifies a delivery: the digest of its bytes. */
export const identityOf = (body: Uint8Array): Pick<WebhookInboxRow, 'digest' | 'size'> => ({
  digest: digestOf(body),
  size: body.length,
})

/** Seals a delivery for the inbox; its credentials too where it is to be verified again. Await `sealer.ready` first. */
export const sealBody = (
  context: FlowContext,
  row: WebhookInboxRow,
  raw: RawDelivery,
  credentials: boolean,
): Uint8Array => context.sealer.seal(bodyPlace(row), storedOf(raw, credentials))

/** Seals a refused delivery for its slot. */
export const sealEvidence = (
  context: FlowContext,
  row: Pick<WebhookEvidenceRow, 'gateway' | 'account' | 'slot' | 'id'>,
  raw: RawDelivery,
): Uint8Array => context.sealer.seal(evidencePlace(row), storedOf(raw, true))

const rawOf = (row: Pick<WebhookInboxRow, 'account' | 'receivedAt'>, stored: StoredDelivery): RawDelivery => ({
  account: row.account,
  headers: stored.headers,
  body: Buffer.from(stored.body, 'base64'),
  receivedAt: row.receivedAt,
})

/**
 * A delivery as it came in, at the time at which it came. Throws `invalid_state` when its bytes were dropped, and what the sealer
 * throws.
 */
export const openBody = async (context: FlowContext, row: WebhookInboxRow): Promise<RawDelivery> => {
  const [found] = await context.storage.load(webhookBodies, [{ id: row.id }])
  if (found?.delivery) return rawOf(row, await context.sealer.open<StoredDelivery>(bodyPlace(row), found.delivery))
  throw dropped(row.id)
}

const dropped = (id: string): FlorinError =>
  new FlorinError(
    'invalid_state',
    `the bytes of delivery ${id} were dropped when their time was over (webhookBodyDays): ask the gateway to send it again`,
    { details: { delivery: id } },
  )

/** A refused delivery as it came in. Throws as `openBody` does. */
export const openEvidence = async (context: FlowContext, row: WebhookEvidenceRow): Promise<RawDelivery> => {
  if (row.delivery === null) throw dropped(row.id)
  return rawOf(row, await context.sealer.open<StoredDelivery>(evidencePlace(row), row.delivery))
}
