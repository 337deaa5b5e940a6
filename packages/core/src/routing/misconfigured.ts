import { FlorinError } from '../kernel/index.ts'

/** A refusal at construction: what stands at `path` and why it cannot be meant. */
export const misconfigured = (path: string, why: string): FlorinError =>
  new FlorinError('configuration', `${path}: ${why}`, { details: { path } })
