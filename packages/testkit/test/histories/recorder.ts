import { isFlorinError } from '@florin/core'
import type { Asked, Told } from './idempotency-model.ts'
import type { Call } from './linearizable.ts'

const DEFINITIVE: ReadonlySet<string> = new Set(['authorized', 'succeeded', 'declined', 'canceled', 'expired'])
const NOTHING: ReadonlySet<string> = new Set(['overloaded', 'storage_unavailable', 'conflict'])
const REFUSED: ReadonlySet<string> = new Set(['invalid_state', 'attempt_open', 'amount_too_large', 'reference_taken'])

interface Open {
  readonly key: string
  readonly invoked: number
  returned: number
  readonly input: Asked
  told: Exclude<Told, { kind: 'in_progress' }> | 'in_progress' | undefined
}

interface Shown {
  readonly id: string
  readonly status: string
  readonly refunds: readonly { readonly status: string }[]
}

/** A refund whose end nobody knows keeps its key open; the view does not say whose it is, so any does here. */
const answerOf = (body: string): Open['told'] => {
  const { id, status, refunds } = JSON.parse(body) as Shown
  const ended = refunds.every((one) => one.status !== 'processing' && one.status !== 'requested')
  return { kind: 'answer', payment: id, body, definitive: DEFINITIVE.has(status) && ended }
}

const errorOf = (error: unknown): Open['told'] => {
  if (!isFlorinError(error)) throw error
  if (error.code === 'idempotency_mismatch') return { kind: 'mismatch' }
  if (error.code === 'idempotency_in_progress') return 'in_progress'
  if (NOTHING.has(error.code)) return { kind: 'nothing' }
  if (REFUSED.has(error.code)) return { kind: 'refused' }
  throw error
}

/** Writes down what callers ask and are told, in one order. */
export const createRecorder = () => {
  const calls: Open[] = []
  const wrong: unknown[] = []
  let now = 0
  return {
    /** What no caller may be told. */
    wrong,
    /** Makes a call; never rejects. */
    async record(key: string, fingerprint: string, call: () => Promise<string>): Promise<void> {
      now += 1
      const one: Open = {
        key,
        invoked: now,
        returned: Number.POSITIVE_INFINITY,
        input: { fingerprint },
        told: undefined,
      }
      calls.push(one)
      const told = await call()
        .then(answerOf, errorOf)
        .catch((error: unknown) => void wrong.push(error))
      now += 1
      one.returned = now
      one.told = told as Open['told']
    },
    /** The history of one key. */
    history(key: string): readonly Call<Asked, Told>[] {
      const own = calls.filter((one) => one.key === key)
      const overlaps = (one: Open): boolean =>
        own.some(
          (other) =>
            other !== one &&
            other.input.fingerprint === one.input.fingerprint &&
            other.invoked < one.returned &&
            other.returned > one.invoked,
        )
      return own.map((one) => ({
        ...{ invoked: one.invoked, returned: one.returned, input: one.input },
        output: one.told === 'in_progress' ? { kind: 'in_progress' as const, rivals: overlaps(one) } : one.told,
      }))
    },
  }
}
