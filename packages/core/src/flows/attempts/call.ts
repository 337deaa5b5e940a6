import type { Answer } from '../../gateways/index.ts'
import { type FlowContext, gatewayOf } from '../context.ts'
import type { Prepared } from './prepared.ts'

/**
 * Sends a prepared request once and reads the answer. Whatever an adapter or transport throws is `unknown`: a bug in reading an answer
 * must not look like a failure of the payment (FAILURES 1).
 */
export const call = async (context: FlowContext, gatewayName: string, prepared: Prepared): Promise<Answer> => {
  const gateway = gatewayOf(context, gatewayName)
  const { command, request } = prepared
  const deadline = context.runtime.clock.now() + context.timings.attemptDeadlineMs
  try {
    const sent = await gateway.transport.send(request, { account: command.account, deadline })
    if (sent.outcome === 'not_sent') return { effect: 'not_sent', reason: sent.reason }
    if (sent.outcome === 'unknown') return { effect: 'unknown', reason: sent.reason }
    return gateway.read(sent.response, command)
  } catch (error) {
    context.onError(error)
    return { effect: 'unknown', reason: 'adapter_failed' }
  }
}
