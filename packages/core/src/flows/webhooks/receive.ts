import type { RawDelivery } from '../../gateways/index.ts'
import { FlorinError, isFlorinError } from '../../kernel/index.ts'
import { append, claim } from '../../records/index.ts'
import { type WebhookInboxRow, webhookBodies, webhookInbox } from '../../webhooks/index.ts'
import { detach, type FlowContext, gatewayOf, within } from '../context.ts'
import { freeWorker, holding, isNews, noteBegun, takeWorker } from './desk.ts'
import { keepEvidence } from './evidence.ts'
import { workOn } from './process.ts'
import { INBOX_SCOPE, identityOf, sealBody } from './stored-delivery.ts'
import { verdictOn } from './verdict.ts'

/** A webhook as a host hands it on: raw bytes, header names in any case. */
export interface Delivery {
  readonly gateway: string
  readonly account: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What became of a delivery. Whichever it is, it is durable: acknowledge it. */
export interface Receipt {
  /** These very bytes were received before, and nothing else happened. */
  readonly duplicate: boolean
  /** It is authentic, and about an account or a mode that is not ours: it is kept, and not acted on. */
  readonly quarantined: boolean
}

const MOST_BYTES = 1_048_576 // FAILURES 5.1: a size cap before anything is parsed
/** Adyen gives an endpoint 10 s (its webhook documentation, 2026): better refused in time, and sent again, than not heard. */
const ACKNOWLEDGE_WITHIN_MS = 8_000

/**
 * Verifies a delivery and makes it durable; only then may it be acknowledged (FAILURES 5.1). It is worked on afterwards. Throws
 * `webhook_rejected` for what is not authentic, `gateway_unknown` for an account that is not configured, and `overloaded`,
 * `storage_unavailable` and the like for what the gateway should send again.
 */
export const receiveWebhook = async (context: FlowContext, delivery: Delivery): Promise<Receipt> => {
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
  const receivedAt = context.runtime.clock.now()
  const raw: RawDelivery = { account, headers: lowered(delivery.headers), body, receivedAt }
  const verdict = verdictOn(gateway, raw)
  if (verdict !== null && !isFlorinError(verdict, 'webhook_foreign'))
    return refuse(context, delivery.gateway, raw, verdict)
  if (verdict !== null) tell(context, delivery, 'webhook_foreign', verdict)
  return holding(context.desk, body.length, () => keep(context, delivery.gateway, raw, verdict))
}

const lowered = (headers: Delivery['headers']): RawDelivery['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const refuse = (context: FlowContext, gateway: string, raw: RawDelivery, verdict: FlorinError): never => {
  keepEvidence(context, gateway, raw, verdict.code)
  tell(context, { gateway, account: raw.account }, verdict.code, verdict)
  throw verdict
}

/** Nobody hears of a wrong secret, or of deliveries that go astray, unless the operator is told; and not of every one of them. */
const tell = (
  context: FlowContext,
  { gateway, account }: Pick<Delivery, 'gateway' | 'account'>,
  what: string,
  error: FlorinError,
): void => {
  if (isNews(context.desk, `${what}\n${gateway}\n${account}`, context.runtime.clock.now())) context.onError(error)
}

/**
 * A foreign delivery is kept and acknowledged like any other. Refused, it would come again for days and hold up or switch off the
 * endpoint for ours (Adyen retries an endpoint's queue in order, Stripe disables endpoints), though it can be quite in order:
 * Stripe sends test events to the live endpoint of a Connect platform, Adyen a company's to each of its webhooks.
 */
const keep = async (
  context: FlowContext,
  gateway: string,
  raw: RawDelivery,
  foreign: FlorinError | null,
): Promise<Receipt> => {
  await context.sealer.ready(INBOX_SCOPE)
  const quarantined = foreign !== null
  const atOnce = !quarantined && takeWorker(context.desk, gateway)
  const row = rowOf(context, gateway, raw, { quarantined, atOnce })
  let handedOn = false
  try {
    const delivery = sealBody(context, row, raw, quarantined)
    const effects = [append(webhookBodies, { id: row.id, delivery, version: 1 })]
    const change = { guards: [claim(webhookInbox, row)], effects }
    const commit = context.committer.commit(change, { lane: 'outcome', merchant: INBOX_SCOPE })
    const outcome = await within(context, ACKNOWLEDGE_WITHIN_MS, commit)
    if (outcome === undefined) throw tooSlow(commit)
    if (!outcome.committed) return { duplicate: true, quarantined }
    if (atOnce) {
      handedOn = true
      const work = workOn(context, row, raw.body).finally(() => freeWorker(context.desk, gateway))
      noteBegun(context.desk, work)
      detach(context, work)
    }
    return { duplicate: false, quarantined }
  } finally {
    if (atOnce && !handedOn) freeWorker(context.desk, gateway)
  }
}

/** It may become durable yet: then its repetition is a duplicate, and the sweep works on it. */
const tooSlow = (commit: Promise<unknown>): FlorinError => {
  commit.catch(() => {}) // the sender was told already
  return new FlorinError(
    'storage_unavailable',
    `the webhook could not be made durable within ${ACKNOWLEDGE_WITHIN_MS} ms: send it again`,
  )
}

interface Disposition {
  readonly quarantined: boolean
  /** There is a worker for it now; otherwise the sweep comes to it. */
  readonly atOnce: boolean
}

const rowOf = (
  context: FlowContext,
  gateway: string,
  raw: RawDelivery,
  { quarantined, atOnce }: Disposition,
): WebhookInboxRow => ({
  gateway,
  account: raw.account,
  ...identityOf(raw.body),
  id: context.runtime.ids.make('whd'),
  receivedAt: raw.receivedAt,
  state: quarantined ? 'quarantined' : 'waiting',
  queue: quarantined ? null : gateway,
  due: atOnce ? raw.receivedAt + context.timings.leaseMs : raw.receivedAt,
  tries: atOnce ? 1 : 0,
  note: quarantined ? 'webhook_foreign' : null,
  droppable: quarantined ? raw.receivedAt : null,
  version: 1,
})
