import pRetry from 'p-retry'
import type { Answer } from '../gateways/index.ts'
import type { Runtime } from '../kernel/index.ts'
import { mayRetry } from './may-retry.ts'
import type { RetryBudget } from './retry-budget.ts'
import { type RetryPolicy, retryDelayMs } from './retry-policy.ts'
import { isShed } from './shed.ts'

/** What a guarded retry needs beside its policy. */
export interface RetryContext {
  readonly runtime: Pick<Runtime, 'clock' | 'scheduler' | 'random'>
  /** Shared by all calls to a gateway; without it only the policy bounds the retries. */
  readonly budget?: RetryBudget | undefined
  /** From this instant on nothing is sent again; see `RetrySituation`. */
  readonly sendUntil: number
  /** Ends the waiting. A call on its way is not touched: what was written cannot be called back (FAILURES 2.6). */
  readonly signal?: AbortSignal | undefined
}

/** An answer after which the same request may be sent again, on its way through p-retry. */
class TryAgain extends Error {
  readonly answer: Answer
  readonly waitMs: number
  constructor(answer: Answer, waitMs: number) {
    super('try again')
    this.answer = answer
    this.waitMs = waitMs
  }
}

/**
 * Runs `work`, and again where `mayRetry` allows it, within the policy's tries and time and the gateway's retry budget. A `Retry-After`
 * is honoured: the longer of it and the policy's wait; where that does not fit, the last answer is given. Gives the last answer, always;
 * rejects only where `work` rejects, which is never retried. What a guard refused by itself is not retried here.
 *
 * p-retry counts the tries; waits are made here, by the given scheduler, within its `shouldRetry`, and its own are zero (they would use
 * the machine's timers and randomness). The signal is not given to it either, or it would put the abort's reason in place of the answer.
 */
export const retryGuarded = async (
  work: (tryNumber: number) => Promise<Answer>,
  policy: RetryPolicy,
  context: RetryContext,
): Promise<Answer> => {
  const { clock, scheduler, random } = context.runtime
  const isAborted = (): boolean => context.signal?.aborted === true
  if (isAborted()) return { effect: 'not_sent', reason: 'aborted' }
  const until = clock.now() + policy.totalMs
  const attempt = async (tryNumber: number): Promise<Answer> => {
    const answer = await work(tryNumber)
    const waitMs = isShed(answer) ? undefined : waitOf(answer, clock.now(), context.sendUntil)
    if (waitMs === undefined) return answer
    throw new TryAgain(answer, waitMs)
  }
  const shouldRetry = async ({ error, attemptNumber }: { error: Error; attemptNumber: number }): Promise<boolean> => {
    if (!(error instanceof TryAgain) || isAborted()) return false
    const waitMs = Math.max(error.waitMs, retryDelayMs(policy, attemptNumber, random))
    const resumeAt = clock.now() + waitMs
    if (resumeAt > until || resumeAt >= context.sendUntil || context.budget?.withdraw() === false) return false
    if (waitMs > 0) await pause(scheduler, waitMs, context.signal)
    return !isAborted() && clock.now() < context.sendUntil
  }
  try {
    return await pRetry(attempt, { retries: policy.tries - 1, minTimeout: 0, shouldRetry })
  } catch (error) {
    if (error instanceof TryAgain) return error.answer
    throw error
  }
}

const waitOf = (answer: Answer, now: number, sendUntil: number): number | undefined => {
  const verdict = mayRetry(answer, { now, sendUntil })
  if (verdict.again === 'now') return 0
  return verdict.again === 'after' ? verdict.waitMs : undefined
}

/** Waits by the given scheduler, or until the signal. */
const pause = (scheduler: Runtime['scheduler'], ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const cancel = scheduler.after(ms, end)
    signal?.addEventListener('abort', end, { once: true })
  })
