import { appendEvent } from '../../events/index.ts'
import { schedule } from '../../jobs/index.ts'
import type { Decision } from '../../payments/index.ts'
import type { Change, Guard } from '../../records/index.ts'
import type { FlowContext } from '../context.ts'
import { instantTimers } from '../settlement/wake.ts'

/** The change that makes a decision durable: its rows, its events with their places, its timers, and what the flow adds. */
export const changeOf = (
  context: FlowContext,
  decision: Decision,
  first: readonly Guard[] = [],
  last: readonly Guard[] = [],
): Change => {
  const { payment } = decision.state
  const { ids } = context.runtime
  const effects = [...decision.effects]
  const before = payment.version - decision.events.length
  for (const [index, event] of decision.events.entries()) {
    effects.push(
      appendEvent({
        merchant: payment.merchant,
        subject: payment.id,
        version: before + index + 1,
        id: ids.make('evt'),
        type: event.type,
        at: payment.updatedAt,
        data: event.data,
        ledger: event.ledger,
      }),
    )
  }
  if (decision.events.some(({ type }) => type === 'payment.captured')) {
    effects.push(...instantTimers(context, payment.merchant, payment.updatedAt))
  }
  for (const timer of decision.timers) {
    effects.push(schedule({ ...timer, id: ids.make('job'), merchant: payment.merchant }))
  }
  return { guards: [...first, ...decision.guards, ...last], effects }
}
