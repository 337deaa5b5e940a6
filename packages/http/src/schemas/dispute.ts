import { DISPUTE_STATES } from '@florin/core'
import { DISPUTE_STAGES } from '@florin/core/gateways'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'
import { timelineEntry } from './timeline.ts'

const stage = z.enum(DISPUTE_STAGES)

const dispute = {
  object: z.literal('dispute'),
  id: z.string(),
  payment: z.string(),
  gateway: z.string(),
  account: z.string(),
  gatewayId: z.string().meta({ description: 'By which the gateway knows it.' }),
  stage,
  status: z.enum(DISPUTE_STATES),
  needsAnswer: z.boolean().meta({ description: 'Evidence is awaited, and none is on its way.' }),
  amount,
  currency,
  reason: z.object({ code: z.string().nullable(), text: z.string().nullable() }),
  network: z.string().nullable(),
  evidenceDueAt: instant.exactOptional(),
  frozen: amount,
  withdrawn: amount.meta({ description: 'What the gateway has taken back, for now or for good.' }),
  lost: amount,
  gatewayFee: amount,
  fee: amount.meta({ description: 'What the merchant was charged for it.' }),
  createdAt: instant,
  updatedAt: instant,
  version: z.int(),
}

/** A dispute with its evidence, its acts, and what happened to it. */
export const disputeDetails = z.object({
  ...dispute,
  evidence: z.array(
    z.object({ id: z.string(), of: z.enum(['text', 'file']), name: z.string(), bytes: z.int(), addedAt: instant }),
  ),
  acts: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['accept_dispute', 'submit_evidence']),
      stage,
      by: z.enum(['caller', 'policy']),
      status: z.enum(['sending', 'applied', 'rejected', 'superseded']),
      tries: z.int(),
      code: z.string().meta({ description: "The gateway's code where it refused." }).exactOptional(),
      createdAt: instant,
    }),
  ),
  timeline: z.array(timelineEntry),
})

/** One page of disputes. */
export const disputePage = pageOf(z.object(dispute))
