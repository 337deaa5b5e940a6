import type { GatewayFact } from '../../gateways/index.ts'
import {
  type AttemptRow,
  attempts,
  backoffMs,
  type GatewayRefRow,
  gatewayRefs,
  PaymentDraft,
} from '../../payments/index.ts'
import { replace } from '../../records/index.ts'
import { type WebhookInboxRow, webhookInbox } from '../../webhooks/index.ts'
import { perform } from '../attempts/perform.ts'
import { recordAnswer } from '../attempts/record.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { findState } from '../payments/load.ts'
import { eachOf } from '../recovery/sweep.ts'
import { deliveryPlace, INBOX_SCOPE, type StoredDelivery, unpackFact } from './stored-delivery.ts'

/** Works on deliveries that are due again. Gives how many it looked at. */
export const sweepWebhooks = async (context: FlowContext): Promise<number> => {
  const to = context.runtime.clock.now()
  const page = await context.storage.find(webhookInbox, { index: 'due', equals: {}, to, limit: 100 })
  await eachOf(context, page.rows, async (row) => {
    const facts = await storedFacts(context, row).catch((error: unknown) => void context.onError(error))
    await processDelivery(context, row, facts ?? 'unreadable')
  })
  return page.rows.length
}

const storedFacts = async (context: FlowContext, row: WebhookInboxRow): Promise<readonly GatewayFact[]> => {
  const { facts } = await context.sealer.open<StoredDelivery>(
    deliveryPlace(row.gateway, row.account, row.digest),
    row.delivery,
  )
  return facts.map(unpackFact)
}

const MOST_TRIES = 24 // with the back-off about a week: long enough for any answer of ours to have been recorded

/** Works on a delivery, once; what cannot be done is tried again, ever more slowly, and in the end put aside (FAILURES 5.7). */
export const processDelivery = async (
  context: FlowContext,
  row: WebhookInboxRow,
  facts: readonly GatewayFact[] | 'unreadable',
): Promise<void> => {
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

/** Applies one fact; false when no attempt of ours is known for it yet. */
const applyFact = async (context: FlowContext, row: WebhookInboxRow, fact: GatewayFact): Promise<boolean> => {
  const found = await findAttempt(context, row, fact)
  if (found === undefined) return false
  const state = await findState(context, found.merchant, found.payment)
  const attempt = state?.attempts.find((one) => one.id === found.attempt)
  if (state === undefined || attempt === undefined) return false
  const { answer } = fact
  if (answer.effect === 'next' || answer.effect === 'absent' || answer.effect === 'not_sent') return true
  if (!matches(attempt, row, fact)) return lookAgain(context, attempt)
  const recorded = await recordAnswer(context, state, attempt.id, answer, { key: undefined, details: undefined })
  if (recorded.following !== null) await perform(context, recorded.state, recorded.following)
  return true
}

/** A delivery that disagrees with our attempt is a hint, not a fact: the gateway itself is asked. */
const matches = (attempt: AttemptRow, row: WebhookInboxRow, fact: GatewayFact): boolean =>
  attempt.gateway === row.gateway &&
  attempt.account === row.account &&
  (fact.currency === null || fact.currency === attempt.currency) &&
  (fact.amount === null || fact.amount === attempt.amount)

const lookAgain = async (context: FlowContext, attempt: AttemptRow): Promise<boolean> => {
  const state = await findState(context, attempt.merchant, attempt.payment)
  if (state === undefined || attempt.due === null) return true
  const draft = new PaymentDraft(state, context.runtime.clock.now())
  draft.touch(attempt.id, { due: draft.now })
  const change = changeOf(context, draft.finish())
  return (await context.committer.commit(change, { lane: 'recovery', merchant: attempt.merchant })).committed
}

interface Found {
  readonly merchant: string
  readonly payment: string
  readonly attempt: string
}

const findAttempt = async (
  context: FlowContext,
  row: WebhookInboxRow,
  fact: GatewayFact,
): Promise<Found | undefined> => {
  if (fact.attempt !== null) {
    const query = { index: 'id', equals: { id: fact.attempt as AttemptRow['id'] }, limit: 1 } as const
    const [attempt] = (await context.storage.find(attempts, query)).rows
    if (attempt !== undefined) return { merchant: attempt.merchant, payment: attempt.payment, attempt: attempt.id }
  }
  const { gateway, account } = row
  const equals = { gateway, account, reference: fact.gatewayId }
  const refs = (await context.storage.find(gatewayRefs, { index: 'reference', equals, limit: 10 })).rows
  return refs.find((ref: GatewayRefRow) => ref.kind === fact.of) ?? refs[0]
}
