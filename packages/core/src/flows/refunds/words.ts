import type { RefundRow } from '../../refunds/index.ts'
import type { FlowContext } from '../context.ts'
import { decisionPlace } from './places.ts'

type Told = { readonly type: string; readonly data: Readonly<Record<string, unknown>> }

const DECISIONS: ReadonlySet<string> = new Set(['payment.refund_approved', 'payment.refund_denied'])

/**
 * Why people decided about refunds as they did, for the timeline. Events hold no words of people, which may be personal, in clear: they are
 * sealed in the refund's row, and opened for who reads the payment.
 */
export const wordsOf = async (
  context: FlowContext,
  refunds: readonly RefundRow[],
): Promise<(event: Told) => Readonly<Record<string, unknown>>> => {
  const said = new Map<unknown, string>()
  for (const { merchant, id, decision } of refunds) {
    if (decision !== null) said.set(id, await context.sealer.open<string>(decisionPlace(merchant, id), decision))
  }
  return ({ type, data }) => {
    const reason = DECISIONS.has(type) ? said.get(data.refund) : undefined
    return reason === undefined ? {} : { reason }
  }
}
