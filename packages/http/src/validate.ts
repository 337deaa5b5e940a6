import { FlorinError } from '@florin/core'
import type { z } from 'zod'

/** Parses what core does not parse itself. Throws `invalid_request` that names the first field that is wrong. */
export const validate = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue === undefined || issue.path.length === 0 ? 'input' : issue.path.map(String).join('.')
  throw new FlorinError('invalid_request', `${path}: ${issue?.message ?? 'is not valid'}`, { details: { path } })
}
