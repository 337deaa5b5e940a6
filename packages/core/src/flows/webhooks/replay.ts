import { FlorinError, isFlorinError } from '../../kernel/index.ts'
import { endTry, type WebhookInboxRow, webhookInbox } from '../../webhooks/index.ts'
import type { FlowContext } from '../context.ts'
import { eachOf } from '../recovery/sweep.ts'
import { idle, observed, WouldChange } from './observed.ts'
import { applyDelivery, replaced } from './process.ts'
import { openBody } from './stored-delivery.ts'
import { type Outcome, type WorkReport, workReport } from './work-report.ts'

/** Which deliveries to run again. */
export interface ReplayRequest {
  /** All configured ones where null. */
  readonly gateway: string | null
  readonly account: string | null
  /** Received from this instant on. */
  readonly from: number
  /** Received until this instant, inclusive. */
  readonly to: number
  /** At most so many. */
  readonly limit: number
  /** Changes nothing, asks no gateway, and counts as `applied` what would have changed something. */
  readonly dryRun: boolean
  readonly onProgress: ((report: WorkReport) => void) | null
}

/** What a replay did. */
export interface ReplayReport extends WorkReport {
  /** Whether it came to the end: false where `limit` cut it short. */
  readonly complete: boolean
  readonly dryRun: boolean
}

const PAGE = 100

/**
 * Runs stored deliveries through the same path again, oldest first, also processed ones: where nothing was missed, nothing changes.
 * Quarantined deliveries are left alone. Several at once, each by itself; a crash in the middle leaves nothing half done, and another
 * replay goes over the same again.
 */
export const replayDeliveries = async (context: FlowContext, request: ReplayRequest): Promise<ReplayReport> => {
  const report = workReport()
  let left = request.limit
  for (const place of placesOf(context, request)) {
    let after: string | undefined
    do {
      if (left === 0) return { ...report.done(), complete: false, dryRun: request.dryRun }
      const page = await context.storage.find(webhookInbox, {
        index: 'place',
        equals: place,
        from: request.from,
        to: request.to,
        limit: Math.min(PAGE, left),
        ...(after === undefined ? {} : { after }),
      })
      left -= page.rows.length
      after = page.next
      const rows = page.rows.filter((row) => row.state !== 'quarantined')
      await eachOf(context, rows, async (row) => report.add(row.id, await replayed(context, row, request.dryRun)))
      request.onProgress?.(report.done())
    } while (after !== undefined)
  }
  return { ...report.done(), complete: true, dryRun: request.dryRun }
}

interface Place {
  readonly gateway: string
  readonly account: string
}

const placesOf = (context: FlowContext, { gateway, account }: ReplayRequest): readonly Place[] => {
  const all = [...context.gateways].flatMap(([name, { accounts }]) =>
    accounts.map((one): Place => ({ gateway: name, account: one })),
  )
  const places = all.filter(
    (place) => (gateway ?? place.gateway) === place.gateway && (account ?? place.account) === place.account,
  )
  if (places.length > 0) return places
  throw new FlorinError('gateway_unknown', 'no gateway and account of these names is configured')
}

const replayed = async (context: FlowContext, row: WebhookInboxRow, dryRun: boolean): Promise<Outcome> => {
  try {
    const { body } = await openBody(context, row)
    return dryRun ? await rehearsed(context, row, body) : await repeated(context, row, body)
  } catch (error) {
    if (isFlorinError(error)) return { result: 'failed', note: error.code, message: error.message }
    context.onError(error)
    return { result: 'failed', note: 'internal', message: null }
  }
}

const repeated = async (context: FlowContext, row: WebhookInboxRow, body: Uint8Array): Promise<Outcome> => {
  const watch = observed(context)
  const note = await applyDelivery(watch.context, row, body)
  if (note !== null) return { result: waits(note) ? 'waiting' : 'failed', note, message: null }
  if (row.state !== 'processed') await processed(context, row)
  return { result: watch.changes() > 0 ? 'applied' : 'unchanged', note: null, message: null }
}

/** One that waited or was put aside has had its turn now. Where somebody is at it, they say what becomes of it. */
const processed = async (context: FlowContext, row: WebhookInboxRow): Promise<void> => {
  const set = endTry({ ...row, state: 'waiting' }, null, context.runtime.clock.now())
  await replaced(context, row, set)
}

const rehearsed = async (context: FlowContext, row: WebhookInboxRow, body: Uint8Array): Promise<Outcome> => {
  let would = 0
  const onError = (error: unknown): void => {
    if (error instanceof WouldChange) would += 1
    else context.onError(error)
  }
  const note = await applyDelivery({ ...idle(context), onError }, row, body)
  if (would > 0) return { result: 'applied', note: null, message: null }
  if (note === null) return { result: 'unchanged', note: null, message: null }
  return { result: waits(note) ? 'waiting' : 'failed', note, message: null }
}

const waits = (note: string): boolean => note === 'no_such_attempt' || note === 'unmatched'
