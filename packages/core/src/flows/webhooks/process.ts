import type { GatewayFact } from '../../gateways/index.ts'
import { backoffMs } from '../../payments/index.ts'
import { replace } from '../../records/index.ts'
import { type WebhookInboxRow, webhookInbox } from '../../webhooks/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { eachOf } from '../recovery/sweep.ts'
import { applyFact } from './apply.ts'
import { deliveryPlace, INBOX_SCOPE, type StoredDelivery } from './stored-delivery.ts'

/** Works on deliveries that are due again. Gives how many it looked at. */
export const sweepWebhooks = async (context: FlowContext): Promise<number> => {
  const to = context.runtime.clock.now()
  const page = await context.storage.find(webhookInbox, { index: 'due', equals: {}, to, limit: 100 })
  await eachOf(context, page.rows, async (row) => {
    const body = await storedBody(context, row).catch((error: unknown) => void context.onError(error))
    await processDelivery(context, row, body ?? null)
  })
  return page.rows.length
}

const storedBody = async (context: FlowContext, row: WebhookInboxRow): Promise<Uint8Array> => {
  const { body } = await context.sealer.open<StoredDelivery>(
    deliveryPlace(row.gateway, row.account, row.digest),
    row.delivery,
  )
  return Buffer.from(body, 'base64')
}

const MOST_TRIES = 24 // with the back-off about a week: long enough for any answer of ours to have been recorded

/** Works on a delivery, once; what cannot be done is tried again, ever more slowly, and in the end put aside (FAILURES 5.7). */
export const processDelivery = async (
  context: FlowContext,
  row: WebhookInboxRow,
  body: Uint8Array | null,
): Promise<void> => {
  const facts = body === null ? 'unreadable' : factsOf(context, row, body)
  const note = facts === 'unreadable' ? facts : await applyFacts(context, row, facts)
  const tries = row.tries + 1
  const now = context.runtime.clock.now()
  const settled = { due: null, tries, version: row.version + 1 }
  const set =
    note === null
      ? { ...settled, state: 'processed' as const, note }
      : tries >= MOST_TRIES
        ? { ...settled, state: 'dead' as const, note }
        : { ...settled, state: 'waiting' as const, due: now + backoffMs(tries), note }
  const { gateway, account, digest } = row
  const guards = [replace(webhookInbox, { gateway, account, digest }, row.version, set)]
  await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: INBOX_SCOPE })
}

const factsOf = (
  context: FlowContext,
  row: WebhookInboxRow,
  body: Uint8Array,
): readonly GatewayFact[] | 'unreadable' => {
  try {
    return gatewayOf(context, row.gateway).parse(body, row.account)
  } catch (error) {
    context.onError(error)
    return 'unreadable'
  }
}

/** Applies all facts of a delivery; gives why some could not be, or null. One that fails does not keep the others back. */
const applyFacts = async (
  context: FlowContext,
  row: WebhookInboxRow,
  facts: readonly GatewayFact[],
): Promise<'failed' | 'no_such_attempt' | null> => {
  let note: 'failed' | 'no_such_attempt' | null = null
  for (const fact of facts) {
    try {
      if (!(await applyFact(context, row, fact))) note ??= 'no_such_attempt'
    } catch (error) {
      context.onError(error)
      note = 'failed'
    }
  }
  return note
}
