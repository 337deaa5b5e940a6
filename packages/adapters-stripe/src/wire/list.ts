import { z } from 'zod'

/** A page of a list or of a search. */
export const wireList = z.object({
  object: z.enum(['list', 'search_result']),
  data: z.array(z.unknown()).max(100),
  has_more: z.boolean(),
})
/** A page of a list or of a search. */
export type WireList = z.output<typeof wireList>
