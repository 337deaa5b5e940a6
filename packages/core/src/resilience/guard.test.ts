import { beforeEach, describe, expect, test } from 'vitest'
import { TimeWorld } from '../../test/time-world.ts'
import type { Answer, Sent } from '../gateways/index.ts'
import { Bulkhead } from './bulkhead.ts'
import { createGuard, type Guard, type GuardChange, type GuardedCall } from './guard.ts'
import type { Exchange } from './outcome.ts'
import { type ResilienceOptions, resolveResilience } from './settings.ts'
import { WORK, type WorkKind } from './work.ts'

const OK: Sent = { outcome: 'answered', response: { status: 200, headers: {}, body: '' } }
const APPLIED: Exchange = { sent: OK, answer: { effect: 'applied', gatewayId: 'g', cost: 29n } }
const LOST: Exchange = { sent: { outcome: 'unknown', reason: 'reset' }, answer: { effect: 'unknown', reason: 'reset' } }
const REFUSED: Exchange = {
  sent: { outcome: 'not_sent', reason: 'refused' },
  answer: { effect: 'not_sent', reason: 'refused' },
}
const OURS: Exchange = {
  sent: { outcome: 'not_sent', reason: 'no socket is free', fault: 'local' },
  answer: { effect: 'not_sent', reason: 'no socket is free' },
}

let world: TimeWorld
beforeEach(() => {
  world = new TimeWorld()
})

const guardWith = (options: ResilienceOptions = {}, rateLimit?: { perSecond: number; burst: number }) => {
  const settings = resolveResilience(options)
  const changes: GuardChange[] = []
  const guard = createGuard({
    name: 'one',
    gateway: {
      accounts: ['main', 'second'],
      capabilities: {
        methods: {},
        currencies: 'all',
        lookupBy: [],
        keyRetentionMs: 0,
        absenceAfterMs: 0,
        webhooks: false,
        rateLimit,
      },
    },
    settings,
    runtime: world.runtime,
    bulkhead: new Bulkhead(settings.bulkhead, world.runtime.scheduler),
    onChange: (change) => void changes.push(change),
  })
  return { guard, changes }
}
const callOf = (kind: WorkKind, more: Partial<GuardedCall> = {}): GuardedCall => ({
  ...{ kind, account: 'main', merchant: 'mer_1', answerWithinMs: 80_000, amount: 1_000n },
  ...more,
})
const times = async (n: number, guard: Guard, exchange: Exchange, call = callOf('charge')): Promise<Answer[]> => {
  const answers: Answer[] = []
  for (let i = 0; i < n; i++) answers.push(await guard.run(call, async () => exchange))
  return answers
}
/** A gateway that hangs until it is told to answer. */
const hanging = () => {
  const waiting: { answer: (exchange: Exchange) => void; fail: (error: Error) => void }[] = []
  const send = () => new Promise<Exchange>((answer, fail) => waiting.push({ answer, fail }))
  return { waiting, send }
}
const never = (): Promise<Exchange> => Promise.reject(new Error('it was sent'))

describe('a guard', () => {
  test('sends a call once, with its deadline, and gives the answer', async () => {
    const { guard } = guardWith()
    const deadlines: number[] = []
    const answer = await guard.run(callOf('charge'), async (deadline) => {
      deadlines.push(deadline)
      return APPLIED
    })
    expect(answer).toBe(APPLIED.answer)
    expect(deadlines).toEqual([world.now + 80_000])
    expect(guard.stats('main', 60_000)).toMatchObject({ calls: 1, success: 1, costShare: 0.029, approvalRate: 1 })
  })

  test('an open breaker refuses new money without sending it, and lets through what may not wait', async () => {
    const { guard, changes } = guardWith()
    await times(5, guard, REFUSED)
    expect(changes).toMatchObject([{ gateway: 'one', account: 'main', to: 'open', reason: 'connect_failures' }])
    for (const kind of Object.keys(WORK) as WorkKind[]) {
      const answer = await guard.run(callOf(kind), WORK[kind].breaker === 'obeys' ? never : async () => APPLIED)
      expect(answer).toEqual(
        WORK[kind].breaker === 'obeys' ? { effect: 'not_sent', reason: 'breaker_open' } : APPLIED.answer,
      )
    }
  })

  test('what was not sent through a fault of our own is not held against the gateway', async () => {
    const { guard, changes } = guardWith()
    await times(4, guard, REFUSED)
    expect(await times(40, guard, OURS)).toContainEqual(OURS.answer)
    expect(guard.stats('main', 60_000)).toMatchObject({ calls: 4, refused: 4 })
    expect(changes).toEqual([])
    await times(1, guard, REFUSED) // the fifth in a row: ours in between neither added to them nor forgave them
    expect(changes).toMatchObject([{ to: 'open', reason: 'connect_failures' }])
  })

  test('a probe that did not leave through a fault of our own may be made again', async () => {
    const { guard, changes } = guardWith({ breaker: { probesAtOnce: 1, closeAfter: 1 } })
    await times(5, guard, REFUSED)
    await world.advance(7_000)
    await times(1, guard, OURS)
    await world.advance(1_000)
    expect(await times(1, guard, APPLIED)).toEqual([APPLIED.answer])
    expect(changes.map(({ to }) => to)).toEqual(['open', 'half_open', 'closed'])
  })

  test('one account that is down leaves the others alone', async () => {
    const { guard } = guardWith()
    await times(5, guard, REFUSED)
    expect([guard.leave('main'), guard.leave('second')]).toEqual(['no', 'yes'])
    expect(await times(1, guard, APPLIED, callOf('charge', { account: 'second' }))).toEqual([APPLIED.answer])
  })

  test('finds out by probes that the gateway is back', async () => {
    const { guard, changes } = guardWith()
    await times(5, guard, REFUSED)
    await world.advance(7_000)
    expect(guard.leave('main')).toBe('probe')
    for (let i = 0; i < 5; i++) {
      expect(await times(1, guard, APPLIED)).toEqual([APPLIED.answer])
      await world.advance(1_000)
    }
    expect(changes.map(({ to }) => to)).toEqual(['open', 'half_open', 'closed'])
  })

  test('a gateway that hangs is known when calls are late, long before they end', async () => {
    const { guard, changes } = guardWith()
    const { waiting, send } = hanging()
    const running = Array.from({ length: 12 }, () => guard.run(callOf('charge'), send))
    await world.advance(9_999)
    expect(guard.leave('main')).toBe('yes')
    await world.advance(1)
    expect(guard.leave('main')).toBe('no')
    expect(changes).toMatchObject([{ reason: 'failure_rate' }])
    expect(guard.stats('main', 60_000)).toMatchObject({ timeout: 12, calls: 12, unknown: 0 })
    for (const one of waiting) one.answer(LOST)
    await Promise.all(running)
    expect(guard.stats('main', 60_000)).toMatchObject({ timeout: 12, calls: 12, unknown: 12 })
    expect(guard.snapshot().bulkhead.atWork).toBe(0)
  })

  test('charges that hang leave room for voids and lookups; further charges are refused after a short wait', async () => {
    const { guard } = guardWith()
    const { send } = hanging()
    for (let i = 0; i < 40; i++) void guard.run(callOf('charge'), send)
    const refused = guard.run(callOf('charge'), never)
    expect(await times(1, guard, APPLIED, callOf('cancel'))).toEqual([APPLIED.answer])
    expect(await times(1, guard, APPLIED, callOf('lookup'))).toEqual([APPLIED.answer])
    await world.advance(1_000)
    expect(await refused).toEqual({ effect: 'not_sent', reason: 'bulkhead_full' })
  })

  test('an open breaker refuses at once, also where there is no place', async () => {
    const { guard } = guardWith({ bulkhead: { perGateway: 1 } })
    await times(5, guard, REFUSED)
    void guard.run(callOf('cancel'), hanging().send)
    await world.settle()
    expect(await guard.run(callOf('charge'), never)).toEqual({ effect: 'not_sent', reason: 'breaker_open' })
    expect(guard.snapshot().bulkhead.waiting.intent).toBe(0)
  })

  test('a call that waited while the breaker opened is not sent', async () => {
    const { guard } = guardWith({ bulkhead: { perGateway: 1 } })
    const { waiting, send } = hanging()
    await times(4, guard, REFUSED)
    const first = guard.run(callOf('charge'), send)
    const second = guard.run(callOf('charge'), never)
    await world.settle()
    waiting[0]?.answer(REFUSED)
    expect([await first, await second]).toEqual([REFUSED.answer, { effect: 'not_sent', reason: 'breaker_open' }])
  })

  test('keeps within the rate that the gateway declares, and waits for its turn', async () => {
    const { guard } = guardWith({}, { perSecond: 10, burst: 10 })
    const sentAt: number[] = []
    const start = world.now
    const calls = Array.from({ length: 20 }, () =>
      guard.run(callOf('charge'), async () => {
        sentAt.push(world.now - start)
        return APPLIED
      }),
    )
    await world.advance(2_000)
    const answers = await Promise.all(calls)
    expect(answers.filter(({ effect }) => effect === 'applied')).toHaveLength(16)
    expect(answers.at(-1)).toEqual({ effect: 'not_sent', reason: 'rate_limited' })
    expect(sentAt.at(-1)).toBe(1_000)
  })

  test('an own limit goes before the declared one, and there can be none', async () => {
    const { guard } = guardWith({ rate: { limit: 'none' } }, { perSecond: 1, burst: 1 })
    expect((await times(30, guard, APPLIED)).every(({ effect }) => effect === 'applied')).toBe(true)
    expect(guardWith({ rate: { limit: { perSecond: 7, burst: 1 } } }).guard.stats('main', 60_000).calls).toBe(0)
  })

  test('after a 429 it sends nothing for as long as the gateway asks, and neither blames it', async () => {
    const { guard, changes } = guardWith()
    const sent: Sent = { outcome: 'answered', response: { status: 429, headers: { 'retry-after': '4' }, body: '' } }
    await times(1, guard, { sent, answer: { effect: 'unknown', reason: '429', retryAfterMs: 4_000 } })
    expect(guard.leave('main')).toBe('no')
    expect(await guard.run(callOf('charge'), never)).toEqual({ effect: 'not_sent', reason: 'rate_limited' })
    await world.advance(4_000)
    expect(await times(1, guard, APPLIED)).toEqual([APPLIED.answer])
    expect(changes).toEqual([])
  })

  test('a call whose turn comes in a freeze is not sent', async () => {
    const { guard } = guardWith({}, { perSecond: 10, burst: 1 })
    const { waiting, send } = hanging()
    void guard.run(callOf('charge'), send)
    const second = guard.run(callOf('charge'), never)
    await world.settle()
    const sent: Sent = { outcome: 'answered', response: { status: 429, headers: {}, body: '' } }
    waiting[0]?.answer({ sent, answer: { effect: 'unknown', reason: '429', retryAfterMs: 1_000 } })
    await world.advance(2_000)
    expect(await second).toEqual({ effect: 'not_sent', reason: 'rate_limited' })
  })

  test('what throws gives its place back, counts as an error, and is thrown on', async () => {
    const { guard } = guardWith()
    const bug = new Error('bug')
    await expect(guard.run(callOf('charge'), () => Promise.reject(bug))).rejects.toBe(bug)
    expect(guard.snapshot().bulkhead.atWork).toBe(0)
    expect(guard.stats('main', 60_000)).toMatchObject({ error: 1, unknown: 1 })
  })

  test('lookups say nothing about how charges do', async () => {
    const { guard } = guardWith()
    await times(50, guard, LOST, callOf('lookup'))
    await times(50, guard, LOST, callOf('resolve'))
    expect(guard.stats('main', 60_000).calls).toBe(0)
    expect(guard.leave('main')).toBe('yes')
  })

  test('an account that is not configured any more is still served, and none is remembered by its name', async () => {
    const { guard } = guardWith()
    for (let i = 0; i < 50; i++) await times(1, guard, APPLIED, callOf('lookup', { account: `old_${i}` }))
    expect(Object.keys(guard.snapshot().accounts)).toEqual(['(others)'])
  })

  test('retries of all calls come from one budget', async () => {
    const { guard } = guardWith({ retries: { budgetStart: 0 } })
    await times(100, guard, APPLIED, callOf('resolve')) // is a retry itself
    expect(guard.retries.withdraw()).toBe(false)
    await times(11, guard, APPLIED)
    expect([guard.retries.withdraw(), guard.retries.withdraw()]).toEqual([true, false])
  })

  test('shows what it knows as JSON', async () => {
    const { guard } = guardWith({}, { perSecond: 100, burst: 50 })
    await times(3, guard, APPLIED)
    const shown = guard.snapshot()
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown)
    expect(shown).toMatchObject({
      gateway: 'one',
      bulkhead: { atWork: 0, limit: 50, waiting: { outcome: 0, recovery: 0, intent: 0 } },
      accounts: {
        main: {
          breaker: { state: 'closed' },
          rate: { perSecond: 100, available: 37 },
          inFlight: 0,
          minute: { calls: 3 },
        },
      },
    })
  })
})
