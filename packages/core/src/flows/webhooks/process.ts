import type { DisputeFact, GatewayFact } from '../../gateways/index.ts'
import { FlorinError, isFlorinError, isId } from '../../kernel/index.ts'
import { replace } from '../../records/index.ts'
import {
  beginTry,
  type DeliveryNote,
  type DeliverySet,
  endTry,
  isExhausted,
  type WebhookInboxRow,
  webhookInbox,
} from '../../webhooks/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { applyDisputeFact } from '../disputes/apply.ts'
import { applyFact } from './apply.ts'
import { believablyDated } from './believable-date.ts'
import { INBOX_SCOPE, openBody } from './stored-delivery.ts'

/** Works on a delivery that waits: begins a try, makes it, ends it. Nothing happens where somebody else began one first. */
export const tryAgain = async (context: FlowContext, row: WebhookInboxRow): Promise<void> => {
  const { desk } = context
  if (desk.inHand.has(row.id)) return
  if (isExhausted(row))
    return void (await end(context, row, row.note === null ? 'crashed' : (row.note as DeliveryNote)))
  desk.inHand.add(row.id)
  try {
    const set = beginTry(row, context.runtime.clock.now() + context.timings.leaseMs)
    if (await replaced(context, row, set)) await workOn(context, { ...row, ...set }, null)
  } finally {
    desk.inHand.delete(row.id)
  }
}

/**
 * Makes a try that was begun, and ends it. What cannot be done is tried again, ever more slowly, and in the end put aside (FAILURES
 * 5.7). `body` is the delivery's bytes where they are at hand.
 */
export const workOn = async (
  context: FlowContext,
  row: WebhookInboxRow,
  body: Uint8Array | null,
): Promise<DeliveryNote | null> => {
  const { inHand } = context.desk
  const mine = !inHand.has(row.id)
  inHand.add(row.id)
  try {
    const note = await applyDelivery(context, row, body)
    await end(context, row, note)
    return note
  } finally {
    if (mine) inHand.delete(row.id)
  }
}

const end = async (context: FlowContext, row: WebhookInboxRow, note: DeliveryNote | null): Promise<void> => {
  const set = endTry(row, note, context.runtime.clock.now())
  if (!(await replaced(context, row, set)) || set.state !== 'dead') return
  context.onError(
    new FlorinError(
      'invalid_state',
      `delivery ${row.id} of ${row.gateway}/${row.account} is dead after ${set.tries} tries (${note}): see webhooks.get, and webhooks.redrive once the cause is gone`,
      { details: { delivery: row.id, gateway: row.gateway, account: row.account, note } },
    ),
  )
}

/** Writes what changed of a delivery; false where somebody else did first. */
export const replaced = async (context: FlowContext, row: WebhookInboxRow, set: DeliverySet): Promise<boolean> => {
  const { gateway, account, digest } = row
  const guards = [replace(webhookInbox, { gateway, account, digest }, row.version, set)]
  return (await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: INBOX_SCOPE }))
    .committed
}

/** Applies what a delivery says, and writes nothing about the delivery itself. Null where all of it was applied, else why not. */
export const applyDelivery = async (
  context: FlowContext,
  row: WebhookInboxRow,
  body: Uint8Array | null,
): Promise<DeliveryNote | null> => {
  let facts: readonly GatewayFact[]
  let disputed: readonly DisputeFact[]
  try {
    const bytes = body ?? (await openBody(context, row)).body
    facts = factsIn(context, row, bytes)
    disputed = disputesIn(context, row, bytes)
  } catch (error) {
    context.onError(error)
    return 'unreadable'
  }
  const notes = [await applyFacts(context, row, facts), await applyDisputes(context, row, disputed)]
  return notes.reduce(worse)
}

/** What the bytes of a delivery say, by today's adapter. Throws without quoting them. */
export const factsIn = (context: FlowContext, row: WebhookInboxRow, body: Uint8Array): readonly GatewayFact[] =>
  reading(row, () => gatewayOf(context, row.gateway).parse(body, row.account))

/** What the same bytes say about disputes. */
export const disputesIn = (context: FlowContext, row: WebhookInboxRow, body: Uint8Array): readonly DisputeFact[] =>
  reading(row, () => gatewayOf(context, row.gateway).disputes?.parse(body, row.account) ?? [])

const reading = <T>(row: WebhookInboxRow, parse: () => T): T => {
  try {
    return parse()
  } catch (error) {
    if (isFlorinError(error)) throw error
    const name = error instanceof Error ? error.name : typeof error // a parser's message quotes what it could not read
    throw new FlorinError('internal', `delivery ${row.id} of ${row.gateway}/${row.account} cannot be read (${name})`, {
      details: { delivery: row.id },
    })
  }
}

const WORST: readonly (DeliveryNote | null)[] = [null, 'unmatched', 'no_such_attempt', 'failed']

/** Applies all facts of a delivery; gives the worst of what kept some back, or null. One that fails does not keep the others back. */
const applyFacts = async (
  context: FlowContext,
  row: WebhookInboxRow,
  facts: readonly GatewayFact[],
): Promise<DeliveryNote | null> => {
  let note: DeliveryNote | null = null
  for (const fact of facts) {
    note = worse(note, await applyOne(context, row, fact))
  }
  return note
}

const worse = (one: DeliveryNote | null, other: DeliveryNote | null): DeliveryNote | null =>
  WORST.indexOf(other) > WORST.indexOf(one) ? other : one

const applyDisputes = async (
  context: FlowContext,
  row: WebhookInboxRow,
  facts: readonly DisputeFact[],
): Promise<DeliveryNote | null> => {
  let note: DeliveryNote | null = null
  for (const fact of facts) {
    try {
      const isOurs = fact.attempt !== null && isId('att', fact.attempt)
      const applied = await applyDisputeFact(context, row, believablyDated(fact, row.receivedAt))
      if (!applied) note = worse(note, isOurs ? 'no_such_attempt' : 'unmatched')
    } catch (error) {
      context.onError(error)
      note = worse(note, 'failed')
    }
  }
  return note
}

const applyOne = async (
  context: FlowContext,
  row: WebhookInboxRow,
  fact: GatewayFact,
): Promise<DeliveryNote | null> => {
  try {
    if (await applyFact(context, row, believablyDated(fact, row.receivedAt))) return null
    return fact.attempt !== null && isId('att', fact.attempt) ? 'no_such_attempt' : 'unmatched'
  } catch (error) {
    context.onError(error)
    return 'failed'
  }
}
