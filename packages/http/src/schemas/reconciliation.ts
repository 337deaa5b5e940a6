import { BREAK_KINDS, BREAK_STATES, RUN_STATES } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const posting = z.object({
  debit: z.string(),
  credit: z.string(),
  amount,
  currency,
  why: z.string(),
})

const counts = z.object({
  matched: z.int(),
  booked: z.int().meta({ description: 'About no payment by nature: fees, payouts, transfers.' }),
  timing: z.int().meta({ description: 'Matched, and further off in time than is tolerated.' }),
  amountDiffers: z.int(),
  missingHere: z.int(),
  duplicate: z.int(),
  known: z.int().meta({ description: 'Lines that an earlier file has had.' }),
  malformed: z.int(),
})

/** A file that was read, or is being read. */
export const runView = z.object({
  object: z.literal('reconciliation_run'),
  id: z.string(),
  source: z.string().meta({ examples: ['gateway/stripe/main', 'bank/giro'] }),
  format: z.string(),
  digest: z.string().meta({ description: 'SHA-256 of its bytes.' }),
  bytes: z.int(),
  state: z.enum(RUN_STATES),
  place: z.int().meta({ description: 'Lines, balances and malformed lines that are done with.' }),
  counts,
  malformed: z
    .array(z.object({ line: z.int(), why: z.string() }))
    .meta({ description: 'The first hundred lines that could not be read.' }),
  failure: z.string().exactOptional(),
  startedAt: instant,
  endedAt: instant.exactOptional(),
})

/** One page of runs. */
export const runPage = pageOf(runView)

const fields = {
  object: z.literal('break'),
  id: z.string(),
  source: z.string(),
  kind: z.enum(BREAK_KINDS),
  state: z.enum(BREAK_STATES),
  merchant: z.string(),
  owner: z.string().exactOptional(),
  currency: currency.exactOptional(),
  ours: amount.meta({ description: 'What our books have.' }).exactOptional(),
  theirs: amount.meta({ description: 'What the other side says.' }).exactOptional(),
  line: z.string().exactOptional(),
  attempt: z.string().exactOptional(),
  payment: z.string().exactOptional(),
  why: z.string(),
  suggestion: posting.exactOptional(),
  resolution: z
    .object({
      how: z.string().meta({ description: 'posted, suspense, written_off, ignored or explained. More may come.' }),
      by: z.string(),
      at: instant,
      transaction: z.string().exactOptional(),
      posting: posting.exactOptional(),
    })
    .exactOptional(),
  openedAt: instant,
  updatedAt: instant,
}

/** A difference that somebody has to do something about, or did. */
export const breakView = z.object(fields)
/** One with the note of who decided. */
export const breakDetails = z.object({ ...fields, note: z.string().exactOptional() })
/** One page of breaks. */
export const breakPage = pageOf(breakView)
