import { type JobResult, type JobRun, schedule } from '../../jobs/index.ts'
import { type Effect, replace } from '../../records/index.ts'
import {
  type WebhookEvidenceRow,
  type WebhookInboxRow,
  webhookBodies,
  webhookEvidence,
  webhookInbox,
} from '../../webhooks/index.ts'
import type { FlowContext } from '../context.ts'
import { INBOX_SCOPE } from './stored-delivery.ts'

/** The queue of the timer that drops the bytes of old deliveries. */
export const REAP_BODIES_QUEUE = 'webhooks.reap'

const DAY_MS = 86_400_000
const PAGE = 500
const PAGES_A_RUN = 10 // a run stays well within its lease, and leaves the storage to payments in between
const PAUSE_MS = 1_000

const nextRun = (context: FlowContext, due: number): Effect =>
  schedule({
    id: context.runtime.ids.make('job'),
    queue: REAP_BODIES_QUEUE,
    key: 'all',
    merchant: INBOX_SCOPE,
    payload: {},
    due,
  })

/** Sets the timer; one that is set already stays. */
export const scheduleBodyReaping = async (context: FlowContext): Promise<void> => {
  const effects = [nextRun(context, context.runtime.clock.now())]
  await context.committer.commit({ guards: [], effects }, { lane: 'recovery', merchant: INBOX_SCOPE })
}

/**
 * Drops the raw bytes of deliveries that were settled more than `keptMs` ago: they are personal data. The rows stay, so that a
 * repetition is still recognised. What waits, and what is dead, keeps its bytes.
 */
export const reapBodies = async (context: FlowContext, keptMs: number, _: JobRun): Promise<JobResult> => {
  const now = context.runtime.clock.now()
  await dropEvidence(context, now - keptMs)
  for (let page = 0; page < PAGES_A_RUN; page++) {
    const query = { index: 'droppable', equals: {}, to: now - keptMs, limit: PAGE } as const
    const { rows, next } = await context.storage.find(webhookInbox, query)
    await Promise.all(rows.map((row) => dropBody(context, row)))
    if (next === undefined) return { effects: [nextRun(context, now + DAY_MS)] }
  }
  return { effects: [nextRun(context, now + PAUSE_MS)] }
}

/** There are at most a few slots for each gateway account, so a page of them a day is plenty. */
const dropEvidence = async (context: FlowContext, to: number): Promise<void> => {
  const query = { index: 'state', equals: { state: 'rejected' }, to, limit: PAGE } as const
  const { rows } = await context.storage.find(webhookEvidence, query)
  const drop = ({ gateway, account, slot, ...row }: WebhookEvidenceRow) => {
    const set = { ...row, delivery: null, state: 'dropped' as const, version: row.version + 1 }
    const guards = [replace(webhookEvidence, { gateway, account, slot }, row.version, set)]
    return context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: INBOX_SCOPE })
  }
  await Promise.all(rows.map(drop))
}

const dropBody = async (context: FlowContext, row: WebhookInboxRow): Promise<void> => {
  const { gateway, account, digest, id, state, queue, due, tries, note } = row
  const [body] = await context.storage.load(webhookBodies, [{ id }])
  const version = row.version + 1
  const set = { state, queue, due, tries, note, droppable: null, version }
  const guards = [replace(webhookInbox, { gateway, account, digest }, row.version, set)]
  if (body?.delivery)
    guards.push(replace(webhookBodies, { id }, body.version, { delivery: null, version: body.version + 1 }))
  await context.committer.commit({ guards, effects: [] }, { lane: 'recovery', merchant: INBOX_SCOPE })
}
