import { describe, expect, test } from 'vitest'
import { TimeWorld } from '../../test/time-world.ts'
import type { Answer } from '../gateways/index.ts'
import { RetryBudget } from './retry-budget.ts'
import { retryGuarded } from './retry-guarded.ts'
import { type RetryPolicyInput, retryDelayMs, retryPolicySchema } from './retry-policy.ts'
import { SHED } from './shed.ts'

const NOT_SENT: Answer = { effect: 'not_sent', reason: 'connection refused' }
const APPLIED: Answer = { effect: 'applied', gatewayId: 'g' }
const UNKNOWN: Answer = { effect: 'unknown', reason: 'reset' }
const BUSY: Answer = { effect: 'unknown', reason: '409', retryAfterMs: 700 }

const run = async (
  answers: readonly Answer[],
  policy: RetryPolicyInput,
  more: { budget?: RetryBudget; sendUntil?: number; abortAt?: number } = {},
) => {
  const world = new TimeWorld(0)
  const abort = new AbortController()
  const at: number[] = []
  const work = async (tryNumber: number): Promise<Answer> => {
    at.push(world.now)
    return answers[Math.min(tryNumber, answers.length) - 1] as Answer
  }
  const { budget, sendUntil = 1e9, abortAt } = more
  if (abortAt !== undefined) world.runtime.scheduler.after(abortAt, () => abort.abort())
  const context = { runtime: world.runtime, budget, sendUntil, signal: abort.signal }
  let answer: Answer | undefined
  const work2 = retryGuarded(work, retryPolicySchema.parse(policy), context).then((got) => {
    answer = got
  })
  await world.advance(100_000)
  await work2
  return { answer, at, timers: world.timers.length }
}

describe('a guarded retry', () => {
  test('tries again what was not sent, by the given clock, and gives the first answer that is one', async () => {
    const policy = { kind: 'fixed', delayMs: 500 } as const
    expect(await run([NOT_SENT, NOT_SENT, APPLIED], policy)).toEqual({
      answer: APPLIED,
      at: [0, 500, 1_000],
      timers: 0,
    })
  })

  test('gives the last answer when the tries are used up', async () => {
    expect(await run([NOT_SENT], { kind: 'immediate', tries: 4 })).toEqual({
      answer: NOT_SENT,
      at: [0, 0, 0, 0],
      timers: 0,
    })
    expect((await run([NOT_SENT], { kind: 'immediate', tries: 1 })).at).toEqual([0])
  })

  test('starts no wait that would end after its time', async () => {
    const policy = { kind: 'fixed', delayMs: 800, tries: 20, totalMs: 2_000 } as const
    expect((await run([NOT_SENT], policy)).at).toEqual([0, 800, 1_600])
  })

  test('waits as long as the gateway asks, where that is longer', async () => {
    expect((await run([BUSY, APPLIED], { kind: 'immediate' })).at).toEqual([0, 700])
    expect((await run([BUSY, APPLIED], { kind: 'fixed', delayMs: 900 })).at).toEqual([0, 900])
    const tooLong: Answer = { ...BUSY, retryAfterMs: 60_000 }
    expect(await run([tooLong, APPLIED], { kind: 'immediate' })).toMatchObject({ answer: tooLong, at: [0] })
  })

  test.each<[string, Answer]>([
    ['an unknown outcome', UNKNOWN],
    ['a success', APPLIED],
    ['what the breaker refused', SHED.breaker_open],
    ['what found no place', SHED.bulkhead_full],
    ['what the rate limit refused', SHED.rate_limited],
  ])('never repeats %s', async (_, answer) => {
    expect(await run([answer, APPLIED], { kind: 'immediate', tries: 20 })).toMatchObject({ answer, at: [0] })
  })

  test('stops when the request may not be sent any more', async () => {
    const policy = { kind: 'fixed', delayMs: 500, tries: 20, totalMs: 60_000 } as const
    expect((await run([NOT_SENT], policy, { sendUntil: 1_000 })).at).toEqual([0, 500])
  })

  test('stops waiting when it is told to, and gives the answer that it has', async () => {
    const policy = { kind: 'fixed', delayMs: 500, tries: 20 } as const
    expect(await run([NOT_SENT], policy, { abortAt: 700 })).toEqual({ answer: NOT_SENT, at: [0, 500], timers: 0 })
  })

  test('told to stop before it began, it sends nothing', async () => {
    const { runtime } = new TimeWorld()
    const work = () => Promise.reject(new Error('sent'))
    const policy = retryPolicySchema.parse({ kind: 'immediate' })
    const answer = await retryGuarded(work, policy, { runtime, sendUntil: 1e12, signal: AbortSignal.abort() })
    expect(answer).toEqual({ effect: 'not_sent', reason: 'aborted' })
  })

  test('hands on what the work throws, as it is, and does not repeat it', async () => {
    const { runtime } = new TimeWorld()
    const bug = new Error('bug')
    let tries = 0
    const work = () => {
      tries += 1
      return Promise.reject(bug)
    }
    const policy = retryPolicySchema.parse({ kind: 'immediate', tries: 9 })
    await expect(retryGuarded(work, policy, { runtime, sendUntil: 1e12 })).rejects.toBe(bug)
    expect(tries).toBe(1)
  })

  test('is bounded by the budget: where everything fails, retries stay a tenth of all calls', async () => {
    const budget = new RetryBudget({ budgetShare: 0.1, budgetStart: 10, budgetMost: 100 })
    let sent = 0
    for (let i = 0; i < 1_000; i++) {
      budget.deposit()
      sent += (await run([NOT_SENT], { kind: 'immediate', tries: 5 }, { budget })).at.length
    }
    expect(sent - 1_000).toBeGreaterThan(100)
    expect(sent - 1_000).toBeLessThanOrEqual(110)
  })
})

describe('a retry policy', () => {
  const delays = (policy: RetryPolicyInput) =>
    [1, 2, 3, 4, 5, 6].map((retry) =>
      retryDelayMs(retryPolicySchema.parse(policy), retry, new TimeWorld().runtime.random),
    )

  test('is data', () => {
    expect(delays({ kind: 'immediate' })).toEqual([0, 0, 0, 0, 0, 0])
    expect(delays({ kind: 'fixed', delayMs: 300 })).toEqual([300, 300, 300, 300, 300, 300])
    expect(delays({ kind: 'incremental', firstMs: 100, stepMs: 400, maxMs: 1_000 })).toEqual([
      100, 500, 900, 1_000, 1_000, 1_000,
    ])
  })

  test('exponential waits are anywhere below a bound that grows', () => {
    const policy = retryPolicySchema.parse({ kind: 'exponential', baseMs: 100, factor: 3, maxMs: 1_000 })
    const { random } = new TimeWorld().runtime
    for (const [retry, bound] of [
      [1, 100],
      [2, 300],
      [3, 900],
      [4, 1_000],
      [20, 1_000],
    ] as const) {
      const waits = Array.from({ length: 300 }, () => retryDelayMs(policy, retry, random))
      expect(Math.max(...waits)).toBeLessThanOrEqual(bound)
      expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9)
      expect(Math.min(...waits)).toBeLessThan(bound * 0.1)
    }
  })

  test.each<[string, unknown]>([
    ['no kind', {}],
    ['an unknown kind', { kind: 'hopeful' }],
    ['endless tries', { kind: 'immediate', tries: Number.POSITIVE_INFINITY }],
    ['a member of another kind', { kind: 'fixed', factor: 2 }],
    ['a negative wait', { kind: 'fixed', delayMs: -1 }],
    ['a factor that shrinks', { kind: 'exponential', factor: 0.5 }],
  ])('refuses %s', (_, policy) => {
    expect(retryPolicySchema.safeParse(policy).success).toBe(false)
  })
})
