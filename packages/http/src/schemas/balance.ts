import { z } from 'zod'
import { amount, currency, pageOf } from './scalars.ts'

/** An account as it stands. */
export const balanceView = z.object({
  account: z.string().meta({ examples: ['merchant/pending/EUR'] }),
  currency,
  side: z.enum(['debit', 'credit']),
  posted: amount.meta({ description: 'Final money.' }),
  pending: amount.meta({ description: 'The net of all holds.' }),
  available: amount.meta({ description: 'What may still leave.' }),
  version: z.int(),
})

/** One page of accounts, by path. */
export const balancePage = pageOf(balanceView)

/** Which accounts to list. */
export const balanceInput = z.strictObject({
  under: z
    .string()
    .regex(/^[\w/.-]{1,200}$/, 'must be an account path, such as merchant')
    .optional()
    .meta({ description: 'Only accounts under this path.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be an ISO 4217 code in capitals, such as 'EUR'")
    .optional(),
  after: z.string().optional().meta({ description: 'The `next` of the page before.' }),
})
