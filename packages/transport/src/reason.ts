import type { SendFault } from '@florin/core/gateways'

const CODE = /^[A-Z][A-Z0-9_]{1,63}$/

/**
 * Codes of failures before the first byte that are this machine's own: no more files, sockets, ports or memory, or a request that cannot be
 * written. No gateway is the better or worse for them. Sources: libuv's error list, undici's `Errors.md` (8, looked up 2026-11).
 */
const OURS: ReadonlySet<string> = new Set([
  ...['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'],
  ...['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'],
  ...['UND_ERR_ABORTED', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'],
])

const codeOf = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && CODE.test(code) ? code : null
}

/** The code of an error, of its cause, or of the first of several. */
const codeIn = (error: unknown): string | null => {
  const cause = (error as { cause?: unknown } | null)?.cause
  const errors = (error as { errors?: unknown } | null)?.errors
  return codeOf(error) ?? codeOf(cause) ?? (Array.isArray(errors) ? codeOf(errors[0]) : null)
}

/** Whose fault it is that there was no connection. */
export const faultOf = (error: unknown): SendFault => (OURS.has(codeIn(error) ?? '') ? 'local' : 'connection')

/**
 * What to say about a failure: a sentence and the error's code. Never its message: libraries put URLs, headers and answers into theirs,
 * and a reason is stored and logged.
 */
export const reasonOf = (what: string, error: unknown): string => {
  const code = codeIn(error)
  return code === null ? what : `${what} (${code})`
}
