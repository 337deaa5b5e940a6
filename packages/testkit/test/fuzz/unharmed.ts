import { inspect } from 'node:util'
import { isFlorinError } from '@florin/core'
import { expect } from 'vitest'

/** 3 s: no parser here needs a tenth of it for its largest input, also where the machine is busy. */
const HANG_MS = 3_000

const NAMES = Object.getOwnPropertyNames(Object.prototype).length
const rejections: unknown[] = []
process.on('unhandledRejection', (reason) => rejections.push(reason))

/** What no input may do, whatever it is: pollute prototypes, leave a rejection that nobody hears, take for ever. */
const unharmed = (startedAt: number): void => {
  if (Object.getOwnPropertyNames(Object.prototype).length !== NAMES) throw new Error('a prototype was polluted')
  if (rejections.length > 0) throw new Error('a rejection was left unhandled', { cause: rejections.splice(0)[0] })
  const ms = performance.now() - startedAt
  if (ms > HANG_MS) throw new Error(`it took ${ms} ms`)
}

/** What a call came to. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/** Runs a call to its end, and sees that nothing was harmed. */
export const tried = <T>(call: () => T): Outcome<T> => {
  const startedAt = performance.now()
  let outcome: Outcome<T>
  try {
    outcome = { value: call() }
  } catch (error) {
    outcome = { error }
  }
  unharmed(startedAt)
  return outcome
}

/** The same of a call that takes its time. */
export const triedLong = async <T>(call: () => Promise<T>): Promise<Outcome<T>> => {
  const startedAt = performance.now()
  const outcome = await Promise.resolve()
    .then(call)
    .then(
      (value): Outcome<T> => ({ value }),
      (error: unknown): Outcome<T> => ({ error }),
    )
  await new Promise((resolve) => setImmediate(resolve))
  unharmed(startedAt)
  return outcome
}

/** 2,000 characters: an error message is for a log line, however long the input was. */
const MESSAGE_MAX = 2_000

/** An error that may be shown: a `FlorinError` of one of the codes, short, and without any of the secrets in whatever it carries. */
export const expectTyped = (error: unknown, codes: readonly string[], secrets: readonly string[] = []): void => {
  if (!isFlorinError(error)) throw new Error('it threw something else than a FlorinError', { cause: error })
  expect(codes).toContain(error.code)
  expect(error.message.length).toBeLessThan(MESSAGE_MAX)
  expect(JSON.stringify(error.details).length).toBeLessThan(MESSAGE_MAX)
  const shown = inspect(error, { depth: 10, showHidden: true })
  for (const secret of secrets) expect(shown).not.toContain(secret)
}
