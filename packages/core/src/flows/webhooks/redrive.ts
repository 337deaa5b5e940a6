import { FlorinError, isFlorinError } from '../../kernel/index.ts'
import { append, claim, replace } from '../../records/index.ts'
import {
  beginTry,
  redriveSet,
  type WebhookEvidenceRow,
  type WebhookInboxRow,
  webhookBodies,
  webhookEvidence,
  webhookInbox,
} from '../../webhooks/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import { eachOf } from '../recovery/sweep.ts'
import { observed } from './observed.ts'
import { replaced, workOn } from './process.ts'
import { type DeliveryQuery, findDelivery, listDeliveries } from './read.ts'
import { INBOX_SCOPE, identityOf, openBody, openEvidence, sealBody } from './stored-delivery.ts'
import { verdictOn } from './verdict.ts'
import { type Outcome, type WorkReport, workReport } from './work-report.ts'

/**
 * Works on a delivery again, whatever became of it before: the same idempotent path as when it came in, over its raw bytes, with
 * today's adapter. One in quarantine is verified again first, by the time at which it came in. Throws `not_found`.
 */
export const redriveDelivery = async (context: FlowContext, id: string): Promise<WorkReport> => {
  const report = workReport()
  report.add(id, await redriven(context, id))
  return report.done()
}

/** Works on deliveries of a state again: the newest `limit` of them. One that fails does not stop the others. */
export const redriveDeliveries = async (context: FlowContext, query: DeliveryQuery): Promise<WorkReport> => {
  const { data } = await listDeliveries(context, query)
  const report = workReport()
  await eachOf(context, data, async ({ id }) => report.add(id, await redriven(context, id)))
  return report.done()
}

const redriven = async (context: FlowContext, id: string): Promise<Outcome> => {
  const found = await findDelivery(context, id)
  try {
    return 'inbox' in found ? await redriveRow(context, found.inbox) : await release(context, found.evidence)
  } catch (error) {
    if (!isFlorinError(error)) {
      context.onError(error)
      return { result: 'failed', note: 'internal', message: null }
    }
    return { result: 'failed', note: error.code, message: error.message }
  }
}

const redriveRow = async (context: FlowContext, row: WebhookInboxRow): Promise<Outcome> => {
  const raw = await openBody(context, row)
  if (row.state === 'quarantined') {
    const verdict = verdictOn(gatewayOf(context, row.gateway), raw)
    if (verdict !== null) throw verdict
  }
  const begun = await begin(context, row)
  if (begun === undefined) throw taken(row.id)
  return work(context, begun, raw.body)
}

/** Takes a delivery out of wherever it is, and begins a try of its own, in one commit. */
const begin = async (context: FlowContext, row: WebhookInboxRow): Promise<WebhookInboxRow | undefined> => {
  const now = context.runtime.clock.now()
  const fresh = { ...row, ...redriveSet(row, now) }
  const set = { ...beginTry(fresh, now + context.timings.leaseMs), version: row.version + 1 }
  return (await replaced(context, row, set)) ? { ...row, ...set } : undefined
}

const taken = (id: string): FlorinError =>
  new FlorinError('conflict', `somebody else is at delivery ${id}: look at it again in a moment`)

const work = async (context: FlowContext, row: WebhookInboxRow, body: Uint8Array): Promise<Outcome> => {
  const watch = observed(context)
  const note = await workOn(watch.context, row, body)
  if (note === null) return { result: watch.changes() > 0 ? 'applied' : 'unchanged', note: null, message: null }
  const waits = note === 'no_such_attempt' || note === 'unmatched'
  return { result: waits ? 'waiting' : 'failed', note, message: null }
}

/** Evidence that verifies today, because a secret was put right, becomes a delivery like any other, under the same id. */
const release = async (context: FlowContext, evidence: WebhookEvidenceRow): Promise<Outcome> => {
  const raw = await openEvidence(context, evidence)
  const verdict = verdictOn(gatewayOf(context, evidence.gateway), raw)
  if (verdict !== null) throw verdict
  await context.sealer.ready(INBOX_SCOPE)
  const { gateway, account, id, receivedAt } = evidence
  const now = context.runtime.clock.now()
  const row: WebhookInboxRow = {
    gateway,
    account,
    ...identityOf(raw.body),
    id,
    receivedAt,
    state: 'waiting',
    queue: gateway,
    due: now + context.timings.leaseMs,
    tries: 1,
    note: null,
    droppable: null,
    version: 1,
  }
  const body = append(webhookBodies, { id, delivery: sealBody(context, row, raw, false), version: 1 })
  const change = { guards: [claim(webhookInbox, row), released(evidence)], effects: [body] }
  const outcome = await context.committer.commit(change, { lane: 'recovery', merchant: INBOX_SCOPE })
  if (outcome.committed) return work(context, row, raw.body)
  if (outcome.conflict === 'duplicate') return arrived(context, evidence)
  throw taken(id)
}

/** The gateway sent it again meanwhile: it was worked on as that, and the evidence has nothing left to say. */
const arrived = async (context: FlowContext, evidence: WebhookEvidenceRow): Promise<Outcome> => {
  const change = { guards: [released(evidence)], effects: [] }
  await context.committer.commit(change, { lane: 'recovery', merchant: INBOX_SCOPE })
  return { result: 'unchanged', note: null, message: null }
}

const released = ({ gateway, account, slot, ...row }: WebhookEvidenceRow) =>
  replace(webhookEvidence, { gateway, account, slot }, row.version, {
    ...row,
    delivery: null, // the inbox has it now
    state: 'released',
    version: row.version + 1,
  })
