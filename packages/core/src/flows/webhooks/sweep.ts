import { type WebhookInboxRow, webhookInbox } from '../../webhooks/index.ts'
import { detach, type FlowContext, within } from '../context.ts'
import { freeWorker, takeBegun, takeWorker } from './desk.ts'
import { tryAgain } from './process.ts'

const PAGE = 100 // of each gateway: one sweep's work is bounded; the next goes on

/**
 * Works on deliveries that are due again: of every gateway by itself, so that poison of one, or its slowness, holds up no other. What
 * takes too long goes on without the sweep. Gives how many it began to look at. Deliveries of a gateway that is not configured wait
 * until it is. What was begun as it came in is waited for likewise, so that a host which is stopped after its turn leaves nothing half done.
 */
export const sweepWebhooks = async (context: FlowContext): Promise<number> => {
  const begun = within(context, context.timings.callerDeadlineMs, takeBegun(context.desk))
  const looked = await Promise.all([...context.gateways.keys()].map((gateway) => sweepGateway(context, gateway)))
  await begun
  return looked.reduce((sum, one) => sum + one, 0)
}

const sweepGateway = async (context: FlowContext, gateway: string): Promise<number> => {
  const to = context.runtime.clock.now()
  const page = await context.storage.find(webhookInbox, { index: 'due', equals: { queue: gateway }, to, limit: PAGE })
  const due = page.rows.filter((row) => !context.desk.inHand.has(row.id))
  if (due.length === 0) return 0
  const workers = takeWorkers(context, gateway, due.length)
  if (workers === 0) return 0 // all are at it
  const work = workOff(context, gateway, workers, due)
  detach(context, work)
  await within(context, context.timings.callerDeadlineMs, work)
  return due.length
}

const takeWorkers = (context: FlowContext, gateway: string, most: number): number => {
  let taken = 0
  while (taken < most && takeWorker(context.desk, gateway)) taken += 1
  return taken
}

/** An error of one is reported and does not stop the others. */
const workOff = async (
  context: FlowContext,
  gateway: string,
  workers: number,
  due: readonly WebhookInboxRow[],
): Promise<void> => {
  const queue = [...due]
  const lane = async (): Promise<void> => {
    try {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
        await tryAgain(context, row).catch(context.onError)
      }
    } finally {
      freeWorker(context.desk, gateway)
    }
  }
  await Promise.all(Array.from({ length: workers }, lane))
}
