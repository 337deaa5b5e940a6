import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TimeWorld } from '../../test/time-world.ts'
import { Breaker, type Permit } from './breaker.ts'
import type { BreakerChange } from './breaker-state.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { type ResilienceOptions, resolveResilience } from './settings.ts'
import { WORK, type WorkKind } from './work.ts'

const START = 1_000_000_000

const breakerWith = (options: ResilienceOptions['breaker'] = {}) => {
  const changes: BreakerChange[] = []
  const { breaker: settings } = resolveResilience({ breaker: options })
  const { random } = new TimeWorld(START).runtime
  const breaker = new Breaker(settings, random, START, (change) => void changes.push(change))
  const call = (outcome: Outcome, now: number, kind: WorkKind = 'charge', unknown = false): boolean => {
    const permit = breaker.admit(kind, now)
    if (permit === undefined) return false
    breaker.settle(permit, kind, outcome, now)
    if (unknown) breaker.unknown(permit, kind, now)
    return true
  }
  const calls = (n: number, outcome: Outcome, now: number, kind: WorkKind = 'charge', unknown = false): void => {
    for (let i = 0; i < n; i++) call(outcome, now, kind, unknown)
  }
  const opened = (): number => {
    calls(5, 'refused', START)
    return breaker.view(START).openUntil as number
  }
  return { breaker, changes, call, calls, opened, settings }
}
const permitOf = (breaker: Breaker, now: number): Permit => {
  const permit = breaker.admit('charge', now)
  if (permit === undefined) throw new Error('refused')
  return permit
}

describe('a closed breaker', () => {
  test('opens on the rate of failures, once there were enough calls', () => {
    const { breaker, calls, changes } = breakerWith()
    calls(4, 'success', START)
    calls(5, 'error', START)
    expect(breaker.view(START).state).toBe('closed')
    calls(1, 'timeout', START)
    expect(changes).toMatchObject([{ from: 'closed', to: 'open', reason: 'failure_rate', at: START }])
    expect(breaker.leave(START)).toBe('no')
  })

  test('opens on the rate of unknown outcomes, earlier than on failures that cost nothing', () => {
    const { breaker, calls, changes } = breakerWith()
    calls(8, 'success', START)
    calls(3, 'error', START)
    expect(breaker.view(START).state).toBe('closed')
    calls(3, 'error', START, 'charge', true)
    calls(1, 'error', START, 'charge', true)
    expect(changes).toMatchObject([{ to: 'open', reason: 'unknown_rate' }])
  })

  test('opens on connections that fail one after the other, whatever the volume, and forgets them after an answer', () => {
    const { breaker, calls, changes } = breakerWith()
    calls(4, 'refused', START)
    calls(1, 'decline', START)
    calls(4, 'refused', START)
    expect(breaker.view(START).state).toBe('closed')
    calls(1, 'refused', START, 'lookup')
    expect(changes).toMatchObject([{ reason: 'connect_failures' }])
  })

  test('never opens on declines, pending answers or requests to come again later', () => {
    const { breaker, calls, changes } = breakerWith()
    for (const outcome of ['decline', 'pending', 'busy'] as const) calls(500, outcome, START)
    expect(breaker.view(START).state).toBe('closed')
    expect(changes).toEqual([])
  })

  test('is not lulled by lookups that work while charges fail', () => {
    const { calls, changes } = breakerWith()
    calls(1_000, 'success', START, 'lookup')
    calls(10, 'error', START)
    expect(changes).toMatchObject([{ reason: 'failure_rate' }])
  })

  test('forgets failures that are older than its window', () => {
    const { breaker, calls, settings } = breakerWith()
    calls(9, 'error', START)
    calls(1, 'error', START + settings.windowMs)
    expect(breaker.view(START + settings.windowMs).state).toBe('closed')
  })
})

test('requests to come again later do not hide that everything else fails', () => {
  const { calls, changes } = breakerWith()
  calls(100, 'busy', START)
  calls(10, 'error', START)
  expect(changes).toMatchObject([{ reason: 'failure_rate' }])
})

describe('an open breaker', () => {
  test.each(Object.keys(WORK) as WorkKind[])('lets %s through exactly where it passes', (kind) => {
    const { breaker, opened } = breakerWith()
    opened()
    const admitted = breaker.admit(kind, START) !== undefined
    expect(admitted).toBe(['capture', 'cancel', 'complete', 'lookup', 'resolve'].includes(kind))
    expect(breaker.refuses(kind, START)).toBe(!admitted)
  })

  test('stays open about its open time, never the same twice, and then takes probes', () => {
    const { breaker, opened } = breakerWith()
    const until = opened()
    expect(until - START).toBeGreaterThanOrEqual(3_750)
    expect(until - START).toBeLessThanOrEqual(6_250)
    expect([breaker.leave(until - 1), breaker.leave(until)]).toEqual(['no', 'probe'])
  })

  test('stays open longer each time it fails again, up to its bound', () => {
    const { breaker, changes, opened } = breakerWith()
    let until = opened()
    for (let i = 0; i < 12; i++) {
      breaker.settle(permitOf(breaker, until), 'charge', 'error', until)
      until = breaker.view(until).openUntil as number
    }
    const spans = changes.filter(({ to }) => to === 'open').map(({ at, openUntil }) => (openUntil as number) - at)
    expect(spans[0]).toBeLessThanOrEqual(6_250)
    expect(spans[3]).toBeGreaterThanOrEqual(30_000)
    expect(Math.max(...spans)).toBeLessThanOrEqual(75_000)
    expect(spans.at(-1)).toBeGreaterThanOrEqual(45_000)
  })

  test('opens for its shortest time again, once it stayed closed for a while', () => {
    const { breaker, calls, changes, opened, settings } = breakerWith({ closeAfter: 1 })
    let now = opened()
    breaker.settle(permitOf(breaker, now), 'charge', 'error', now)
    now = breaker.view(now).openUntil as number
    breaker.settle(permitOf(breaker, now), 'charge', 'success', now)
    const spanOf = (at: number): number => {
      calls(5, 'refused', at)
      return (changes.at(-1)?.openUntil as number) - at
    }
    expect(spanOf(now)).toBeGreaterThanOrEqual(15_000)
    now = breaker.view(now).openUntil as number
    breaker.settle(permitOf(breaker, now), 'charge', 'success', now)
    expect(spanOf(now + settings.maxOpenMs)).toBeLessThanOrEqual(6_250)
  })

  test('is not open for hours because the clock stepped back', () => {
    const { breaker, opened, settings } = breakerWith()
    const back = opened() - 3_600_000
    expect(breaker.leave(back)).toBe('no')
    expect(breaker.leave(back + settings.maxOpenMs)).toBe('probe')
  })
})

describe('a half-open breaker', () => {
  test('closes after enough good probes; a decline is one', () => {
    const { breaker, opened, changes, settings } = breakerWith()
    const now = opened()
    for (let i = 0; i < settings.closeAfter; i++) {
      const at = now + i * 1_000
      breaker.settle(permitOf(breaker, at), 'charge', i % 2 === 0 ? 'success' : 'decline', at)
    }
    expect(changes.map(({ to, reason }) => [to, reason])).toEqual([
      ['open', 'connect_failures'],
      ['half_open', 'open_time_over'],
      ['closed', 'probes_went_well'],
    ])
  })

  test('begins anew once it is closed: neither what failed before nor what was sent before counts', () => {
    const { breaker, calls, changes } = breakerWith({ closeAfter: 1 })
    const old = permitOf(breaker, START)
    calls(9, 'error', START)
    calls(1, 'error', START)
    const now = changes[0]?.openUntil as number
    breaker.settle(permitOf(breaker, now), 'charge', 'success', now)
    for (let i = 0; i < 50; i++) breaker.settle(old, 'charge', 'refused', now)
    calls(9, 'error', now)
    expect(breaker.view(now).state).toBe('closed')
    calls(1, 'error', now)
    expect(breaker.view(now).state).toBe('open')
  })

  test('a probe counts once, however often it is reported', () => {
    const { breaker, opened } = breakerWith()
    const now = opened()
    const probe = permitOf(breaker, now)
    for (let i = 0; i < 20; i++) breaker.settle(probe, 'charge', 'success', now)
    breaker.settle(probe, 'charge', 'error', now)
    expect(breaker.view(now)).toMatchObject({ state: 'half_open', probesGood: 1 })
  })

  test('opens again at the first probe that fails, and does not hear of the others any more', () => {
    const { breaker, opened } = breakerWith({ probeShare: 1 })
    const now = opened()
    const [first, second] = [permitOf(breaker, now), permitOf(breaker, now)]
    breaker.settle(first, 'charge', 'timeout', now)
    expect(breaker.view(now).state).toBe('open')
    const until = breaker.view(now).openUntil as number
    breaker.settle(second, 'charge', 'success', until)
    expect(breaker.view(until)).toMatchObject({ state: 'half_open', probesGood: 0 })
  })

  test('lets a share of what asks be probes, and whatever asks after a pause', () => {
    const { breaker, opened } = breakerWith({ probesAtOnce: 1_000, closeAfter: 1_000 })
    const now = opened()
    const admitted = Array.from({ length: 100 }, () => breaker.admit('charge', now)).filter(Boolean).length
    expect(admitted).toBe(25)
    expect(breaker.admit('charge', now + 1_000)).toBeDefined()
  })

  test('a probe that was told to come again later proves nothing, and makes room for another', () => {
    const { breaker, opened } = breakerWith({ probesAtOnce: 1 })
    const now = opened()
    breaker.settle(permitOf(breaker, now), 'charge', 'busy', now)
    expect(breaker.view(now)).toMatchObject({ state: 'half_open', probesGood: 0, probesOut: 0 })
    expect(breaker.admit('charge', now + 1_000)).toBeDefined()
  })

  test('a probe that is never heard of again does not block for ever', () => {
    const { breaker, opened, changes, settings } = breakerWith({ probesAtOnce: 1 })
    const now = opened()
    permitOf(breaker, now)
    expect(breaker.leave(now + 20_000)).toBe('no')
    breaker.leave(now + settings.probeLostMs)
    expect(changes.at(-1)).toMatchObject({ to: 'open', reason: 'probe_lost' })
    expect(breaker.leave((changes.at(-1)?.openUntil as number) + 1)).toBe('probe')
  })

  test('a probe that was given back unused makes room at once', () => {
    const { breaker, opened } = breakerWith({ probesAtOnce: 1, probeShare: 1 })
    const now = opened()
    const permit = permitOf(breaker, now)
    expect(breaker.admit('charge', now)).toBeUndefined()
    breaker.release(permit)
    expect(breaker.admit('charge', now)).toBeDefined()
  })

  test('answers from before it opened do not decide', () => {
    const { breaker, opened } = breakerWith()
    const old = permitOf(breaker, START)
    const now = opened()
    breaker.leave(now)
    for (let i = 0; i < 20; i++) breaker.settle(old, 'charge', 'success', now)
    breaker.settle(old, 'charge', 'error', now)
    expect(breaker.view(now)).toMatchObject({ state: 'half_open', probesGood: 0 })
  })
})

test('a listener that throws harms nobody', () => {
  const { breaker: settings } = resolveResilience()
  const breaker = new Breaker(settings, new TimeWorld().runtime.random, START, () => {
    throw new Error('listener')
  })
  for (let i = 0; i < 5; i++) breaker.settle(permitOf(breaker, START), 'charge', 'refused', START)
  expect(breaker.view(START).state).toBe('open')
})

test('whatever happens, no more probes are out than allowed, nothing new passes while open, and time alone reopens', () => {
  const act = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        kind: fc.constantFrom<WorkKind>('charge', 'refund', 'lookup', 'cancel'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('settle' as const),
        which: fc.nat(20),
        outcome: fc.constantFrom(...OUTCOMES),
        unknown: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(act, { maxLength: 150, size: 'max' }),
      (probesAtOnce, acts) => {
        const { breaker, settings } = breakerWith({ probesAtOnce, minimumCalls: 3, connectFailures: 2, closeAfter: 2 })
        let now = START
        let out: { permit: Permit; kind: WorkKind }[] = []
        let generation = 0
        for (const one of acts) {
          const { state } = breaker.view(now)
          if (one.do === 'wait') now += one.ms
          if (one.do === 'ask') {
            const permit = breaker.admit(one.kind, now)
            const passes = WORK[one.kind].breaker === 'passes'
            if (passes || state === 'closed') expect(permit).toBeDefined()
            if (!passes && state === 'open') expect(permit).toBeUndefined()
            if (!passes && permit !== undefined && state === 'half_open') expect(permit.probeSince).toBe(now)
            if (permit !== undefined) out.push({ permit, kind: one.kind })
          }
          if (one.do === 'settle' || one.do === 'release') {
            const [chosen] = out.splice(one.which % Math.max(1, out.length), 1)
            if (chosen !== undefined && one.do === 'settle') {
              breaker.settle(chosen.permit, chosen.kind, one.outcome, now)
              if (one.unknown) breaker.unknown(chosen.permit, chosen.kind, now)
            } else if (chosen !== undefined) breaker.release(chosen.permit)
          }
          const view = breaker.view(now)
          const newest = Math.max(generation, ...out.map(({ permit }) => permit.generation))
          generation = newest
          const probes = out.filter(({ permit }) => permit.probeSince !== null && permit.generation === newest)
          if (view.state === 'half_open') expect(probes.length).toBeLessThanOrEqual(probesAtOnce)
          expect(view.probesOut).toBeLessThanOrEqual(probesAtOnce)
          if (view.openUntil !== null) expect(view.openUntil - now).toBeLessThanOrEqual(settings.maxOpenMs * 1.25 + 1)
          out = out.slice(-40)
        }
        now += settings.maxOpenMs * 3 // nothing is reported any more
        breaker.leave(now)
        now += settings.maxOpenMs * 3
        expect(breaker.leave(now)).not.toBe('no')
      },
    ),
  )
})
