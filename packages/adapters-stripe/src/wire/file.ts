import { z } from 'zod'

/** The part of a File that is read. */
export const wireFile = z.object({
  id: z.string().regex(/^file_[A-Za-z0-9_]{1,200}$/),
  object: z.literal('file'),
  purpose: z.string(),
  size: z.int().min(0),
})
