import type { Sealing } from '../events/index.ts'
import {
  ADVANCE_QUEUE,
  advanceDue,
  advancePayout,
  CHECK_QUEUE,
  checkHedge,
  DISCOVER_QUEUE,
  DISPUTE_ACT_QUEUE,
  DISPUTE_DEADLINE_QUEUE,
  DISPUTE_POLICY_QUEUE,
  discoverMerchants,
  expire,
  expireRefund,
  type FlowContext,
  followPolicy,
  INSTANT_QUEUE,
  NIGHTLY_QUEUE,
  PARKING_QUEUE,
  PAYOUT_QUEUE,
  PAYOUT_UNSEEN_QUEUE,
  REAP_BODIES_QUEUE,
  REAP_QUEUE,
  RESERVE_QUEUE,
  reapBodies,
  reapResults,
  renewLeases,
  reserveDue,
  runCheck,
  runInstant,
  runNightly,
  runScheduled,
  SCHEDULE_QUEUE,
  scheduleBodyReaping,
  scheduleDiscovery,
  scheduleInstant,
  scheduleReaping,
  scheduleReconciliation,
  scheduleSettlements,
  sendAct,
  sweepAttempts,
  sweepObligations,
  sweepWebhooks,
  TELL_EVERY_MS,
  TRUE_UP_QUEUE,
  tellUnseen,
  trueUpLater,
  unpark,
  watchDeadline,
} from '../flows/index.ts'
import { HEDGE_QUEUE } from '../fx/index.ts'
import { createWorker, type Worker } from '../jobs/index.ts'
import { EXPIRY_QUEUE } from '../payments/index.ts'
import { REFUND_EXPIRY_QUEUE } from '../refunds/index.ts'
import { createLoop, type Loop } from './loop.ts'

/** What one turn of background work found to do. */
export interface TickReport {
  /** Attempts whose outcome was asked for. */
  readonly attempts: number
  /** Duties to reverse that were worked on. */
  readonly obligations: number
  /** Attempts and duties that were seen to be due, and left for later turns: more than one turn may take, or their gateway is down. */
  readonly left: number
  readonly webhooks: number
  /** Timers that ran. */
  readonly jobs: number
  /** Events that got their place in the stream. */
  readonly sealed: number
}

/** Recovery, timers, sequencing: by itself, or turn by turn. */
export interface Background {
  tick(): Promise<TickReport>
  start(): void
  stop(): Promise<void>
}

/** How often background work looks around, and what of it is optional. */
export interface BackgroundSettings {
  readonly intervalMs: number
  /** How long frozen answers are kept; null: for ever. */
  readonly resultsKeptMs: number | null
  /** How long the raw bytes of settled deliveries are kept. */
  readonly bodiesKeptMs: number
}

export const createBackground = (context: FlowContext, settings: BackgroundSettings, sealing: Sealing): Background => {
  const { intervalMs, resultsKeptMs, bodiesKeptMs } = settings
  const { storage, runtime, committer, onError } = context
  const worker: Worker = createWorker({
    storage,
    runtime,
    commit: (change, options) => committer.commit(change, options),
    handlers: {
      [TRUE_UP_QUEUE]: (run) => trueUpLater(context, run),
      [HEDGE_QUEUE]: (run) => checkHedge(context, run),
      [EXPIRY_QUEUE]: (run) => expire(context, run),
      [REFUND_EXPIRY_QUEUE]: (run) => expireRefund(context, run),
      [DISPUTE_ACT_QUEUE]: (run) => sendAct(context, run),
      [DISPUTE_DEADLINE_QUEUE]: (run) => watchDeadline(context, run),
      [DISPUTE_POLICY_QUEUE]: (run) => followPolicy(context, run),
      [PARKING_QUEUE]: (run) => unpark(context, run),
      [DISCOVER_QUEUE]: (run) => discoverMerchants(context, run),
      [SCHEDULE_QUEUE]: (run) => runScheduled(context, run),
      [INSTANT_QUEUE]: (run) => runInstant(context, run),
      [ADVANCE_QUEUE]: (run) => advanceDue(context, run),
      [RESERVE_QUEUE]: (run) => reserveDue(context, run),
      [PAYOUT_QUEUE]: (run) => advancePayout(context, run),
      [PAYOUT_UNSEEN_QUEUE]: (run) => tellUnseen(context, run),
      [CHECK_QUEUE]: (run) => runCheck(context, run),
      [NIGHTLY_QUEUE]: (run) => runNightly(context, run),
      [REAP_BODIES_QUEUE]: (run) => reapBodies(context, bodiesKeptMs, run),
      ...(resultsKeptMs === null ? {} : { [REAP_QUEUE]: (run) => reapResults(context, resultsKeptMs, run) }),
    },
    options: { onError: ({ error }) => onError(error) },
  })
  const listen = () => context.peers?.exchange().catch(onError) ?? Promise.resolve()
  let reaping = false // whether its timers are set, by this process
  const tick = async (): Promise<TickReport> => {
    if (!reaping) await scheduleBodyReaping(context)
    if (!reaping && resultsKeptMs !== null) await scheduleReaping(context)
    if (!reaping) await scheduleSettlements(context)
    if (!reaping) await scheduleInstant(context)
    if (!reaping) await scheduleDiscovery(context)
    if (!reaping) await scheduleReconciliation(context)
    reaping = true
    await listen()
    context.standings.look()
    await renewLeases(context)
    const [attempts, obligations] = await Promise.all([sweepAttempts(context), sweepObligations(context)])
    const webhooks = await sweepWebhooks(context)
    const jobs = await worker.tick()
    const sealed = await sealing.run()
    const left = attempts.left + obligations.left
    return { attempts: attempts.begun, obligations: obligations.begun, left, webhooks, jobs, sealed }
  }
  const loops: readonly Loop[] = [
    createLoop(runtime.scheduler, intervalMs, () => tick().catch(onError)),
    createLoop(runtime.scheduler, context.timings.leaseMs / 3, () => renewLeases(context).catch(onError)),
    ...(context.peers === null ? [] : [createLoop(runtime.scheduler, TELL_EVERY_MS, listen)]),
  ]
  return {
    tick,
    start: () => {
      for (const loop of loops) loop.start()
      sealing.start()
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
      await worker.stop()
    },
  }
}
