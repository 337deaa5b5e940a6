import type { GatewayFact } from '../../gateways/index.ts'
import { type AttemptRow, attempts, type GatewayRefRow, gatewayRefs, PaymentDraft } from '../../payments/index.ts'
import type { WebhookInboxRow } from '../../webhooks/index.ts'
import { perform } from '../attempts/perform.ts'
import { recordAnswer } from '../attempts/record.ts'
import type { FlowContext } from '../context.ts'
import { changeOf } from '../payments/change.ts'
import { findState } from '../payments/load.ts'

/** Applies one fact; false when no attempt of ours is known for it yet. */
export const applyFact = async (context: FlowContext, row: WebhookInboxRow, fact: GatewayFact): Promise<boolean> => {
  const found = await findAttempt(context, row, fact)
  if (found === undefined) return false
  const state = await findState(context, found.merchant, found.payment)
  const attempt = state?.attempts.find((one) => one.id === found.attempt)
  if (state === undefined || attempt === undefined) return false
  const { answer } = fact
  if (
    answer.effect === 'undone' ||
    answer.effect === 'next' ||
    answer.effect === 'absent' ||
    answer.effect === 'not_sent'
  )
    return true
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
