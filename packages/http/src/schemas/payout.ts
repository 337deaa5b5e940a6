import { PAYOUT_PURPOSES, PAYOUT_STATES } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const bankAccount = {
  type: z.literal('iban'),
  country: z.string().meta({ description: 'ISO 3166-1.' }),
  last4: z.string().meta({ description: 'The number itself is never shown.' }),
}
const owner = z.string().meta({ description: "The seller whose it is; absent for the merchant's own." }).exactOptional()

/** A bank account that money may go to. */
export const destinationView = z.object({
  object: z.literal('payout_destination'),
  id: z.string(),
  owner,
  ...bankAccount,
  createdAt: instant,
})

/** One page of bank accounts. */
export const destinationPage = pageOf(destinationView)

/** A payout. */
export const payoutView = z.object({
  object: z.literal('payout'),
  id: z.string(),
  reference: z.string(),
  status: z.enum(PAYOUT_STATES).meta({
    description: '`unknown`: it was sent, and what came of that is asked for. `returned`: it was paid, and came back.',
  }),
  owner,
  amount,
  currency,
  destination: z.object({ id: z.string(), ...bankAccount }),
  purpose: z.enum(PAYOUT_PURPOSES),
  payment: z.string().meta({ description: 'Of a refund: the payment whose buyer gets it.' }).exactOptional(),
  rail: z.string(),
  file: z.string().meta({ description: 'The file that it went out in.' }).exactOptional(),
  code: z.string().meta({ description: "Why it failed or came back, by the bank's code or ours." }).exactOptional(),
  note: z.string().meta({ description: 'The same in words; not in lists.' }).exactOptional(),
  needsReview: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  version: z.int(),
})

/** One page of payouts. */
export const payoutPage = pageOf(payoutView)

const file = {
  object: z.literal('payout_file'),
  id: z.string(),
  reference: z.string(),
  rail: z.string(),
  name: z.string(),
  contentType: z.string(),
  payouts: z.int(),
  batches: z.array(
    z.object({
      id: z.string().meta({ description: 'By which the bank names it.' }),
      executeOn: z.string().meta({ description: 'The day of execution.', examples: ['2026-11-30'] }),
      currency,
      total: amount,
      payouts: z.int(),
    }),
  ),
  sha256: z.string().meta({ description: 'Of the content, in hex.' }),
  createdAt: instant,
}

/** A file of payouts, with its content. */
export const payoutFileContent = z.object({ ...file, content: z.string() })

/** What an export wrote: one file, or none. */
export const exportedPayouts = pageOf(payoutFileContent)

/** One page of files, without their content. */
export const payoutFilePage = pageOf(z.object(file))
