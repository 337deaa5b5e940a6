import { settlesNothing, statementLines } from '../../reconciliation/index.ts'
import type { StatementLine } from '../../statements/index.ts'
import { lookUp } from '../../storage/index.ts'
import type { FlowContext } from '../context.ts'
import { payoutBatchSettled } from '../payouts/batch.ts'
import { findByReference, payoutReturned, payoutSettled } from '../payouts/facts.ts'

/** A line of a bank that names a payout of ours, or a file's batch of them. */
export interface PayoutLine {
  /** `duplicate`: another line has told of it. `differs`: it is not the amount that was ordered, or not from this bank. */
  readonly is: 'told' | 'differs' | 'duplicate'
  readonly settles: string
  /** What was ordered, with the sign that it has on our account; null where it is not from this bank. */
  readonly ours: bigint | null
  readonly what: string
}

/**
 * Tells payouts what the bank's lines say of them: that they left, or came back. Their own flow books it, once, whoever tells; so that a crash
 * before the lines are committed only tells them again.
 */
export const tellPayouts = async (
  context: FlowContext,
  source: string,
  bank: string,
  lines: readonly StatementLine[],
): Promise<ReadonlyMap<string, PayoutLine>> => {
  const named = lines.flatMap((line) => {
    const reference = line.references.endToEnd ?? line.references.batch
    return reference === null ? [] : [{ line, reference }]
  })
  const values = [...new Set(named.map(({ line, reference }) => settlesOf(line, reference)))]
  const asked = { index: 'settles', equals: { source }, values, columns: ['settles'] } as const
  const settled = new Set((await lookUp(context.storage, statementLines, asked)).map(({ settles }) => settles))
  const told = new Map<string, PayoutLine>()
  for (const { line, reference } of named) {
    const one = await tellOne(context, bank, line, reference)
    if (one === null) continue
    const { settles } = one
    const again = settled.has(settles)
    told.set(line.id, again ? { ...one, is: 'duplicate', settles: settlesNothing(line) } : one)
    if (one.is === 'told') settled.add(settles)
  }
  return told
}

/** A payout leaves once, and comes back once. */
const settlesOf = ({ net }: StatementLine, reference: string): string =>
  `${reference.trim().toLowerCase().replace('_', '-')}/${net < 0n ? 'out' : 'back'}`

const tellOne = async (
  context: FlowContext,
  bank: string,
  line: StatementLine,
  reference: string,
): Promise<PayoutLine | null> => {
  const { net, currency, returned } = line
  const settles = settlesOf(line, reference)
  const amount = net < 0n ? -net : net
  const signed = (ours: bigint): bigint => (net < 0n ? -ours : ours)
  const found = await findByReference(context, reference)
  if (found !== undefined) {
    const what = `payout ${found.id}`
    if (found.bank !== bank) return { is: 'differs', settles: settlesNothing(line), ours: null, what }
    const tell = net < 0n ? payoutSettled : payoutReturned
    const { outcome } = await tell(context, reference, { amount, currency, ...returned })
    const ours = signed(found.amount)
    if (outcome === 'applied' || outcome === 'known') return { is: 'told', settles, ours, what }
    return { is: 'differs', settles: settlesNothing(line), ours, what }
  }
  if (net >= 0n) return null
  const batch = await payoutBatchSettled(context, reference, { amount, currency })
  if (batch.outcome === 'not_found') return null
  const ours = -BigInt(batch.batch.total)
  const what = `batch ${batch.batch.id} of payouts`
  if (batch.outcome === 'differs') return { is: 'differs', settles: settlesNothing(line), ours, what }
  return { is: 'told', settles, ours, what }
}
