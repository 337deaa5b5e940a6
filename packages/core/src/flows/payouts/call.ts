import type { GatewayRequest } from '../../gateways/index.ts'
import { FlorinError } from '../../kernel/index.ts'
import type { PayoutRow } from '../../payouts/index.ts'
import type { ApiRail, RailAnswer, RailCommand } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'
import { openOrder } from './order.ts'

/** What came of a send: an answer, or proof that nothing was sent. */
export type RailOutcome = RailAnswer | { readonly effect: 'not_sent'; readonly reason: string }

/** Sends a payout's stored request, once, until the lease of the job that does it is over. */
export const sendPayout = async (
  context: FlowContext,
  rail: ApiRail,
  row: PayoutRow,
  leaseUntil: number,
): Promise<RailOutcome> => {
  const { instruction, request } = await openOrder(context, row)
  if (request === null) throw new FlorinError('internal', `payout ${row.id} has no request`)
  return exchange(context, rail, request, { kind: 'pay', instruction }, leaseUntil)
}

/** Asks the rail what became of a payout. */
export const askRail = async (context: FlowContext, rail: ApiRail, row: PayoutRow): Promise<RailAnswer> => {
  const command: RailCommand = { kind: 'lookup', payout: row.id, railId: row.railId }
  const outcome = await exchange(context, rail, rail.request(command), command, Number.POSITIVE_INFINITY)
  return outcome.effect === 'not_sent' ? { effect: 'unknown', reason: outcome.reason } : outcome
}

/** Whatever a rail or its transport throws is unknown: a bug in reading an answer must not look like a payout that failed. */
const exchange = async (
  context: FlowContext,
  rail: ApiRail,
  request: GatewayRequest,
  command: RailCommand,
  leaseUntil: number,
): Promise<RailOutcome> => {
  const now = context.runtime.clock.now()
  const deadline = Math.min(now + context.timings.attemptDeadlineMs, leaseUntil)
  if (now >= deadline) return { effect: 'not_sent', reason: 'lease_over' }
  try {
    const sent = await rail.transport.send(request, { account: rail.bank, deadline })
    if (sent.outcome === 'answered') return rail.read(sent.response, command)
    return { effect: sent.outcome, reason: sent.reason }
  } catch (error) {
    context.onError(error)
    return { effect: 'unknown', reason: 'rail_failed' }
  }
}
