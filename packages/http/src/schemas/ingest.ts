import { z } from 'zod'

const days = z.coerce.number().int().min(0).max(90).optional()

/** What the query says of a file that is the body. */
export const ingestQuery = z.strictObject({
  format: z.string().meta({ description: 'The name of one of the formats that this service reads.' }),
  gateway: z.string().optional(),
  account: z.string().optional(),
  bank: z.string().optional().meta({ description: 'In place of gateway and account: the account of ours at a bank.' }),
  onMalformed: z.enum(['report', 'refuse'], "must be 'report' or 'refuse': what a line that cannot be read does"),
  merchant: z.string().optional(),
  toleratedAmount: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of minor units')
    .transform(BigInt)
    .optional(),
  toleratedDays: days,
  closesAfterDays: days,
  waitSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_600)
    .optional()
    .meta({ description: 'After so long the run is answered as it stands, with 202. Absent: at its end.' }),
})
/** What the query says of a file, checked. */
export type IngestQuery = z.output<typeof ingestQuery>
