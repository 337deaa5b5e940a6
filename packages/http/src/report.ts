import { isFlorinError } from '@florin/core'
import type { FailedRequest, ResolvedOptions } from './options.ts'

/** Tells the operator of an error. Never throws. */
export type Report = (error: unknown, request: FailedRequest) => void

/** The host's `onError`, guarded; without one, a single process warning that errors go unheard. */
export const createReport = (onError: ResolvedOptions['onError']): Report => {
  if (onError !== undefined) {
    return (error, request) => {
      try {
        onError(error, request)
      } catch {
        // the caller still gets an answer
      }
    }
  }
  let warned = false
  return (error, { method, route }) => {
    if (warned) return
    warned = true
    const what = isFlorinError(error) ? error.code : error instanceof Error ? error.name : typeof error
    process.emitWarning(
      `${method} ${route} failed (${what}): give createHandler an onError to hear of it`,
      'FlorinWarning',
    )
  }
}
