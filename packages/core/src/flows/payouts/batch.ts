import { type FileBatch, type PayoutFileRow, payoutFiles } from '../../payouts/index.ts'
import { endToEndOf, fileOfBatch } from '../../rails/index.ts'
import type { FlowContext } from '../context.ts'
import { loadPayout } from './commit.ts'
import { type PayoutFact, payoutSettled } from './facts.ts'

/** What a batch's debit did; `differs` where its amount is not the batch's, and nothing happened. */
export type BatchFactResult =
  | { readonly outcome: 'applied' | 'known' | 'differs'; readonly file: PayoutFileRow; readonly batch: FileBatch }
  | { readonly outcome: 'not_found' }

/** The batch of a file that a bank's reference names, of whichever merchant; or of this one only. */
export const findBatch = async (
  context: FlowContext,
  reference: string,
  merchant: string | null = null,
): Promise<{ readonly file: PayoutFileRow; readonly batch: FileBatch } | undefined> => {
  const named = fileOfBatch(reference)
  if (named === undefined) return undefined
  const page = await context.storage.find(payoutFiles, { index: 'id', equals: { id: named.file }, limit: 1 })
  const [file] = page.rows
  const batch = file?.batches.find((one) => one.id === named.batch)
  if (file === undefined || batch === undefined) return undefined
  return merchant === null || file.merchant === merchant ? { file, batch } : undefined
}

/**
 * A statement shows a whole batch of a file as one debit: all its payouts have left our bank. `reference`: the batch's, as the bank wrote
 * it. A repetition, also after a crash in the midst, settles what is not settled yet and nothing twice.
 */
export const payoutBatchSettled = async (
  context: FlowContext,
  reference: string,
  fact: PayoutFact,
  merchant: string | null = null,
): Promise<BatchFactResult> => {
  const found = await findBatch(context, reference, merchant)
  if (found === undefined) return { outcome: 'not_found' }
  const { file, batch } = found
  if (BigInt(batch.total) !== fact.amount || batch.currency !== fact.currency)
    return { outcome: 'differs', file, batch }
  let applied = false
  for (const id of batch.payouts) {
    const result = await settleOne(context, file, id)
    applied ||= result
  }
  return { outcome: applied ? 'applied' : 'known', file, batch }
}

const settleOne = async (context: FlowContext, { merchant }: PayoutFileRow, id: string): Promise<boolean> => {
  const payout = await loadPayout(context, merchant, id)
  const { amount, currency } = payout
  const told = await payoutSettled(context, endToEndOf(payout.id), { amount, currency }, merchant)
  return told.outcome === 'applied'
}
