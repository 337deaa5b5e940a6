import type { Committer } from '../../commit/index.ts'
import { webhookInbox } from '../../webhooks/index.ts'
import type { FlowContext } from '../context.ts'

/** A context that counts what is changed through it. */
export interface Observed {
  readonly context: FlowContext
  /** Changes that became durable, other than of deliveries themselves. */
  changes(): number
}

/** The same context, watched. */
export const observed = (context: FlowContext): Observed => {
  const { committer } = context
  let changes = 0
  const watched: Committer = {
    commit: async (change, options) => {
      const outcome = await committer.commit(change, options)
      const own = change.guards.every((guard) => 'table' in guard && guard.table === webhookInbox)
      if (outcome.committed && !own) changes += 1
      return outcome
    },
    idle: () => committer.idle(),
    close: () => committer.close(),
    stats: () => committer.stats(),
  }
  return { context: { ...context, committer: watched }, changes: () => changes }
}

/** Stops whatever would change something: what a dry run ends with where there is something to do. */
export class WouldChange extends Error {
  override readonly name = 'WouldChange'
}

/** The same context, in which nothing can be committed or sent: trying to throws `WouldChange`. */
export const idle = (context: FlowContext): FlowContext => {
  const stop = (): Promise<never> => Promise.reject(new WouldChange('a dry run changes nothing'))
  const { committer } = context
  return {
    ...context,
    committer: { commit: stop, idle: () => committer.idle(), close: stop, stats: () => committer.stats() },
    guards: new Map(), // a call that is stopped says nothing about its gateway
    gateways: new Map(
      [...context.gateways].map(([name, gateway]) => [name, { ...gateway, transport: { send: stop } }] as const),
    ),
  }
}
