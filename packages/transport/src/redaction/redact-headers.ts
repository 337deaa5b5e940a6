import { redact } from './redact.ts'
import { REDACTED } from './secret-shapes.ts'

// `idempotency-key` and the like say which request it was, and are worth nothing without the API key.
const SECRET_NAME = /auth|cookie|secret|token|passw|credential|signature|forwarded|(?:api|access|private|hmac)-?key/i

/** Headers for a log: those that authenticate, by their names, without their values; the others redacted. */
export const redactHeaders = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> => {
  const shown: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    shown.push([redact(name), SECRET_NAME.test(name) ? REDACTED : redact([value].flat().join(', '))])
  }
  return Object.fromEntries(shown)
}
