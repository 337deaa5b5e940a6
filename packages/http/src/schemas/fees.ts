import { FEE_PARTS, feeSchedule } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

/** A version of a merchant's fees. */
export const feeScheduleView = z.object({
  object: z.literal('fee_schedule'),
  id: z.string(),
  version: z.int(),
  effectiveFrom: instant,
  schedule: feeSchedule,
  by: z.string().exactOptional(),
  createdAt: instant,
})

/** Every version there was. */
export const feeSchedulePage = pageOf(feeScheduleView)

/** What a capture would cost. */
export const feeQuoteView = z.object({
  object: z.literal('fee_quote'),
  amount,
  currency,
  fee: amount,
  net: amount,
  rule: z.string().nullable().meta({ description: 'The rule that decides; null where no fee was agreed.' }),
  schedule: z.int().nullable().meta({ description: 'The version that it is in.' }),
  onRefund: z.enum(['kept', 'returned']),
  estimated: z.boolean().meta({ description: 'It stands on an estimate of the interchange, and is trued up.' }),
  volume: z.object({ month: z.string(), before: amount, tier: amount }).nullable().meta({
    description: 'Of a rule by the month’s volume: how far that is, and the start of the tier that it has reached.',
  }),
  parts: z.array(z.object({ what: z.enum(FEE_PARTS), amount })),
})

/** What was captured in a month, as fees count it. */
export const feeVolumeView = z.object({
  object: z.literal('fee_volume'),
  month: z.string().meta({ examples: ['2026-11'] }),
  volumes: z.array(z.object({ currency, amount })),
})
