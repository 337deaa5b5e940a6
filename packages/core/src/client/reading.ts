import type { FlowContext } from '../flows/index.ts'

/**
 * A context for reads that decide nothing: they go to copies of the database, where there are any, and see what this Florin committed, and
 * what was committed before `after`. Throws `invalid_request` for an `after` that is no token.
 */
export const readingContext = (context: FlowContext, after: string | undefined): FlowContext => {
  const { replicas } = context.storage
  if (replicas === undefined) return context // the database itself has seen everything
  return { ...context, storage: { ...context.storage, ...replicas.reads(after) } }
}
