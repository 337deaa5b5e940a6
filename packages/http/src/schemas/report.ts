import { PERIODS } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant } from './scalars.ts'

const format = z
  .enum(['jsonl', 'csv'])
  .default('jsonl')
  .meta({ description: 'Lines of JSON, or a CSV file whose cells are safe to open in a spreadsheet.' })
const at = z.iso.datetime({ offset: true })
const position = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'As of this position of the event stream; the newest if absent.' })

/** Which trial balance. */
export const trialBalanceQuery = z.strictObject({ format, position: position.optional() })

/** Which earnings. */
export const earningsQuery = z.strictObject({
  format,
  by: z.enum(PERIODS).default('month'),
  zone: z.string().max(60).default('UTC').meta({ description: 'By whose days and months, an IANA name.' }),
  from: at.optional().meta({ description: 'Money that moved from this instant on.' }),
  to: at.optional().meta({ description: 'Money that moved before this instant.' }),
  position: position.optional(),
})

/** What is outstanding. */
export const outstandingQuery = z.strictObject({ format })

/** Which account, and when. */
export const accountStatementQuery = z.strictObject({
  format,
  account: z
    .string()
    .min(1)
    .max(300)
    .meta({ description: 'Its path.', examples: ['merchant/pending/EUR'] }),
  from: at.optional().meta({ description: 'Entries from this instant on.' }),
  to: at.optional().meta({ description: 'Entries before this instant.' }),
})

const side = z.enum(['debit', 'credit'])

/** A line of a trial balance. */
export const trialBalanceRow = z.object({
  row: z.enum(['account', 'total']),
  merchant: z.string().nullable(),
  account: z.string().nullable(),
  currency,
  side: side.nullable(),
  debits: amount,
  credits: amount,
  balance: amount,
  held: amount,
})

/** A line of an earnings report. */
export const earningsRow = z.object({
  merchant: z.string(),
  period: z.string().meta({ examples: ['2026-11'] }),
  currency,
  gross: amount,
  refunds: amount,
  disputes: amount,
  fees: amount,
  net: amount,
  gatewayCosts: amount,
  margin: amount,
  exchanged: amount,
  paidOut: amount,
  other: amount,
})

/** A line of what is outstanding. */
export const outstandingRow = z.object({
  merchant: z.string(),
  gateway: z.string(),
  account: z.string(),
  currency,
  what: z.enum(['receivable', 'transit', 'disputed']),
  open: amount,
  upToDay: amount,
  upToWeek: amount,
  upToMonth: amount,
  older: amount,
  oldest: instant.nullable(),
})

/** A line of an account statement. */
export const accountStatementRow = z.object({
  row: z.enum(['opening', 'entry', 'closing']),
  at: instant.nullable(),
  version: z.int(),
  transaction: z.string().nullable(),
  type: z.string().nullable(),
  subject: z.string().nullable(),
  side: side.nullable(),
  phase: z.enum(['posted', 'pending', 'settled', 'voided']).nullable(),
  amount: amount.nullable(),
  balance: amount,
  held: amount,
  currency,
})
