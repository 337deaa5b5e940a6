import type { RawDelivery } from '../../gateways/index.ts'
import { FlorinError, sha256, toHex } from '../../kernel/index.ts'
import { claim } from '../../records/index.ts'
import { type WebhookInboxRow, webhookInbox } from '../../webhooks/index.ts'
import { detach, type FlowContext, gatewayOf } from '../context.ts'
import { processDelivery } from './process.ts'
import { deliveryPlace, INBOX_SCOPE, type StoredDelivery } from './stored-delivery.ts'

/** A webhook as a host hands it on: raw bytes, header names in any case. */
export interface Delivery {
  readonly gateway: string
  readonly account: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const MOST_BYTES = 1_048_576 // FAILURES 5.1: a size cap before anything is parsed

/**
 * Verifies a delivery and makes it durable; only then may it be acknowledged (FAILURES 5.1). It is worked on afterwards. An identical
 * delivery is acknowledged and otherwise ignored.
 */
export const receiveWebhook = async (
  context: FlowContext,
  delivery: Delivery,
): Promise<{ readonly duplicate: boolean }> => {
  const gateway = gatewayOf(context, delivery.gateway)
  const { account, body } = delivery
  if (!gateway.accounts.includes(account)) {
    throw new FlorinError('gateway_unknown', `gateway '${delivery.gateway}' has no account '${account.slice(0, 64)}'`)
  }
  if (body.length > MOST_BYTES) {
    throw new FlorinError(
      'webhook_rejected',
      `a webhook of ${body.length} bytes is more than the ${MOST_BYTES} that are read`,
    )
  }
  const now = context.runtime.clock.now()
  const headers = Object.fromEntries(
    Object.entries(delivery.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const raw: RawDelivery = { account, headers, body, receivedAt: now }
  gateway.verify(raw)
  await context.sealer.ready(INBOX_SCOPE)
  const digest = toHex(sha256(body))
  const place = deliveryPlace(delivery.gateway, account, digest)
  const stored: StoredDelivery = { body: Buffer.from(body).toString('base64') }
  const row: WebhookInboxRow = {
    gateway: delivery.gateway,
    account,
    digest,
    delivery: context.sealer.seal(place, stored),
    receivedAt: now,
    state: 'waiting',
    due: now + context.timings.leaseMs,
    tries: 0,
    note: null,
    version: 1,
  }
  const change = { guards: [claim(webhookInbox, row)], effects: [] }
  const outcome = await context.committer.commit(change, { lane: 'outcome', merchant: INBOX_SCOPE })
  if (!outcome.committed) return { duplicate: true }
  detach(context, processDelivery(context, row, body))
  return { duplicate: false }
}
