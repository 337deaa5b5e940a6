const CODE = /^[A-Z][A-Z0-9_]{1,63}$/

const codeOf = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && CODE.test(code) ? code : null
}

/**
 * What to say about a failure: a sentence and the error's code. Never its message: libraries put URLs, headers and answers into theirs,
 * and a reason is stored and logged.
 */
export const reasonOf = (what: string, error: unknown): string => {
  const cause = (error as { cause?: unknown } | null)?.cause
  const errors = (error as { errors?: unknown } | null)?.errors
  const code = codeOf(error) ?? codeOf(cause) ?? (Array.isArray(errors) ? codeOf(errors[0]) : null)
  return code === null ? what : `${what} (${code})`
}
