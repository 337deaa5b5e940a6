import { awaitsAnswer, type DisputeRow } from '../../disputes/index.ts'
import type { JobRun } from '../../jobs/index.ts'
import { isFlorinError } from '../../kernel/index.ts'
import type { FlowContext } from '../context.ts'
import { acceptDispute, submitEvidence } from './act.ts'
import { evidenceOf, loadDispute } from './load.ts'
import type { DeadlineJob } from './timers.ts'
import { updateDispute } from './update.ts'

/**
 * The timers before a deadline for evidence: one tells the merchant, once, one submits what is stored, where the merchant's policy says so.
 * Repeating it is harmless.
 */
export const watchDeadline = async (context: FlowContext, { job }: JobRun): Promise<undefined> => {
  const { dispute: id, dueAt, what } = job.payload as DeadlineJob
  const dispute = await loadDispute(context, job.merchant, id)
  if (dispute.evidenceDueAt !== dueAt || !awaitsAnswer(dispute) || dispute.act !== null) return undefined
  if (what === 'warn') await warn(context, dispute)
  else await submitStored(context, dispute)
  return undefined
}

const warn = async (context: FlowContext, dispute: DisputeRow): Promise<void> => {
  const { length } = await evidenceOf(context, dispute)
  const at = new Date(dispute.evidenceDueAt ?? 0).toISOString()
  await updateDispute(
    context,
    dispute.merchant,
    dispute.id,
    async (row) => {
      if (!awaitsAnswer(row) || row.told.warned === row.evidenceDueAt) return null
      const events = [{ type: 'dispute.evidence_due_soon', data: { evidenceDueAt: at, stored: length } }]
      return { after: { ...row, told: { ...row.told, warned: row.evidenceDueAt ?? 0 } }, events }
    },
    'outcome',
  )
}

const submitStored = async (context: FlowContext, dispute: DisputeRow): Promise<void> => {
  if ((await evidenceOf(context, dispute)).length === 0) return // the warning has said so
  const nothing = { texts: {}, files: [] }
  await byPolicy(context, dispute, () => submitEvidence(context, dispute.merchant, dispute.id, nothing, 'policy'))
}

/** What a merchant's policy does as soon as a chargeback is heard of. */
export const followPolicy = async (context: FlowContext, { job }: JobRun): Promise<undefined> => {
  const { dispute: id, stage } = job.payload as { dispute: string; stage: string }
  const dispute = await loadDispute(context, job.merchant, id)
  const below = context.termsOf(job.merchant).disputes.acceptBelow.get(dispute.currency)
  if (dispute.stage !== stage || !awaitsAnswer(dispute) || below === undefined || dispute.amount >= below)
    return undefined
  await byPolicy(context, dispute, () => acceptDispute(context, job.merchant, id, 'policy'))
  return undefined
}

const REFUSALS = ['unsupported', 'invalid_state', 'invalid_request', 'idempotency_mismatch', 'gateway_unknown'] as const

/** A policy that cannot be followed is told, so that a person answers in time; everything else is tried again. */
const byPolicy = async (context: FlowContext, dispute: DisputeRow, act: () => Promise<unknown>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    if (!isFlorinError(error) || !(REFUSALS as readonly string[]).includes(error.code)) throw error
    const data = { code: error.code }
    await updateDispute(
      context,
      dispute.merchant,
      dispute.id,
      async (row) => ({ after: row, events: [{ type: 'dispute.policy_failed', data }] }),
      'outcome',
    )
  }
}
