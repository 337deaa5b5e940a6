import { createFlorin, ephemeralKeys, type Florin } from '@florin/core'
import type { Answer, Command, Gateway } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import type { Storage } from '@florin/core/storage'
import { sqlite } from '@florin/storage-sqlite'
import { type FakeRuntime, fakeRuntime } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { audit, recover } from './audit.ts'
import { cards, failoverWorld, OPTED_IN } from './failover-world.ts'
import { type AttemptCells, type ObligationCells, rows } from './rows.ts'
import { scripted } from './scripted.ts'
import { ONE_TRY, runOn, world } from './world.ts'

const LOST: Answer = { effect: 'unknown', reason: 'no answer' }
const MANY = 300
const NEVER_OPENS = { minimumCalls: 100_000, connectFailures: 100_000 }
const STAYS_OPEN = { openMs: 600_000, maxOpenMs: 600_000 }

/** Two gateways that lose every answer: what they say later is the test's to decide. */
const twoBanks = async (storage: Storage, says: { dead: (command: Command) => Answer | 'hangs' }) => {
  const runtime = fakeRuntime({ seed: 1 })
  const run = <T>(work: Promise<T>): Promise<T> => runOn(runtime, work)
  const lookups: Record<string, string[]> = { dead: [], well: [] }
  const bank = (name: 'dead' | 'well', answer: (command: Command) => Answer | 'hangs'): Gateway => {
    const { gateway } = scripted((command) => answer(command) as Answer, { capabilities: { keyRetentionMs: 0 } })
    return {
      ...gateway,
      transport: {
        async send(request, { deadline }) {
          const command = JSON.parse(request.body ?? '{}') as Command
          if (command.kind === 'lookup') lookups[name]?.push(command.attempt)
          if (answer(command) === 'hangs') return hang(runtime, deadline)
          return { outcome: 'answered', response: { status: 200, headers: {}, body: '' } }
        },
      },
    }
  }
  const florin = await run(
    createFlorin({
      storage,
      runtime,
      keys: ephemeralKeys(runtime.random),
      resilience: { ...ONE_TRY, breaker: NEVER_OPENS },
      onError: () => {},
      gateways: {
        dead: bank('dead', (command) => (command.kind === 'authorize' ? LOST : says.dead(command))),
        well: bank('well', (command) => (command.kind === 'authorize' ? LOST : found(command))),
      },
    }),
  )
  const pay = (gateway: 'dead' | 'well', reference: string) =>
    florin.payments.create({
      reference,
      amount: '10.00',
      currency: 'EUR',
      capture: 'manual',
      gateway,
      method: { type: 'card', token: 'tok' },
    })
  return { florin, runtime, run, lookups, pay }
}

const found = ({ attempt }: Command): Answer => ({ effect: 'applied', gatewayId: `gw_${attempt}` })

const hang = (runtime: FakeRuntime, deadline: number) =>
  new Promise<{ outcome: 'unknown'; reason: string }>((resolve) => {
    runtime.scheduler.after(deadline - runtime.clock.now(), () => resolve({ outcome: 'unknown', reason: 'timeout' }))
  })

const inTens = async (make: (index: number) => Promise<unknown>, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 10) await Promise.all(Array.from({ length: 10 }, (_, k) => make(i + k)))
}

describe.each([
  ['memory', () => memoryStorage()],
  ['SQLite', () => sqlite({ file: ':memory:' })],
])('%s: a sweep', (_, storage) => {
  test('of a gateway that is down, with hundreds of unknowns, does not hold up another', async () => {
    const w = await twoBanks(storage(), { dead: () => LOST })
    await w.run(inTens((i) => w.pay('dead', `dead-${i}`), MANY))
    const { id } = await w.run(w.pay('well', 'well-1')) // the newest, behind all the others
    await w.runtime.scheduler.advance(20_000)
    const report = await w.run(w.florin.tick())
    expect((await w.run(w.florin.payments.get(id))).status).toBe('authorized')
    expect(report.left).toBeGreaterThan(0)
    expect(w.lookups.dead?.length).toBeLessThanOrEqual(100)
    await w.run(w.florin.close())
  })
})

test('a gateway that hangs holds up neither another nor the turn', async () => {
  const w = await twoBanks(memoryStorage(), { dead: () => 'hangs' })
  await w.run(inTens((i) => w.pay('dead', `dead-${i}`), 40))
  const { id } = await w.run(w.pay('well', 'well-1'))
  await w.runtime.scheduler.advance(20_000)
  const before = w.runtime.clock.now()
  await w.run(w.florin.tick())
  expect((await w.run(w.florin.payments.get(id))).status).toBe('authorized')
  expect(w.runtime.clock.now() - before).toBeLessThanOrEqual(11_000)
  // What is in hand is not taken up a second time while it hangs.
  const asked = w.lookups.dead?.length ?? 0
  await w.run(w.florin.tick())
  expect(new Set(w.lookups.dead).size).toBe(w.lookups.dead?.length)
  expect(w.lookups.dead?.length).toBeGreaterThanOrEqual(asked)
})

test('a gateway behind an open breaker is asked in a small share, and never left alone', async () => {
  const w = await failoverWorld({ options: { resilience: { ...ONE_TRY, breaker: STAYS_OPEN } } })
  const charge = { operation: 'charge' } as const
  w.first.fail({ how: 'drop_after', times: Number.POSITIVE_INFINITY, when: charge })
  for (let i = 0; i < 60; i++) await w.pay({ gateway: 'first' })
  w.first.pause()
  await w.advance(20_000)
  const lost = (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ state }) => state === 'unknown')
  expect(lost.length).toBeGreaterThan(8)
  const health = await w.run(w.florin.health())
  const report = await w.run(w.florin.tick())
  expect(JSON.stringify(health)).toContain('open')
  expect(report).toMatchObject({ attempts: 8, left: lost.length - 8 })
  await w.end()
})

describe('several processes over one storage', () => {
  test('resolve an attempt once', async () => {
    const w = await world()
    const others = [await w.another(), await w.another()]
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay({ capture: 'manual' })
    w.acquirer.fail({ how: 'slow', ms: 3_000, times: 9, when: { operation: 'charge' } })
    await w.advance(16_000)
    const [first] = await rows<AttemptCells>(w.inner, 'attempts')
    const asked = w.acquirer.effects(first?.id ?? '').requests
    await w.run(Promise.all([w.florin, ...others].map((one) => one.tick())))
    expect((await w.get(id)).status).toBe('authorized')
    expect(w.acquirer.effects(first?.id ?? '').requests - asked).toBeLessThanOrEqual(1)
    await audit(w)
  })

  test('reverse what was left behind once', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    const others = [await w.another(), await w.another()]
    for (let i = 0; i < 5; i++) {
      w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
      expect((await w.pay({ method: cards() })).status).toBe('succeeded')
    }
    await w.run(Promise.all([w.florin, ...others].map((one) => one.tick())))
    const cancels = (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ kind }) => kind === 'cancel')
    expect(cancels).toHaveLength(5)
    await w.end()
    const duties = await rows<ObligationCells>(w.inner, 'obligations')
    expect(duties.map(({ proof }) => proof)).toEqual(Array(5).fill('voided'))
  })
})

describe('before an operation', () => {
  test('what is not known is asked for; a reversal elsewhere is not waited for', async () => {
    const w = await failoverWorld({ options: OPTED_IN })
    w.first.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id, status } = await w.pay({ capture: 'manual' })
    expect(status).toBe('authorized')
    w.first.fail({ how: 'drop_after', times: 99 })
    await w.tick() // the cancel of the first is lost
    const cancels = (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ kind }) => kind === 'cancel')
    expect(cancels).toMatchObject([{ state: 'unknown' }])
    expect((await w.get(id)).status).toBe('authorized')
    expect((await w.run(w.florin.payments.capture(id))).status).toBe('succeeded')
    await w.end()
  })
})

describe('a read', () => {
  test('asks nobody, unless it is told to', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay()
    expect((await w.get(id)).status).toBe('processing')
    expect((await w.run(w.florin.payments.get(id, { refresh: true }))).status).toBe('succeeded')
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })

  test('that asks a gateway which hangs answers by the caller deadline', async () => {
    const w = await world()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    const { id } = await w.pay()
    w.acquirer.fail({ how: 'slow', ms: 60_000, times: 3 })
    const before = w.runtime.clock.now()
    expect((await w.run(w.florin.payments.get(id, { refresh: true }))).status).toBe('processing')
    expect(w.runtime.clock.now() - before).toBeLessThanOrEqual(10_100)
    await recover(w)
    expect((await w.get(id)).status).toBe('succeeded')
    await audit(w)
  })

  test('is refused with an option that it does not know', async () => {
    const w = await world()
    const { id } = await w.pay()
    const asked = w.florin.payments.get(id, { fresh: true } as never)
    expect(await w.refusal(asked)).toMatchObject({ code: 'invalid_request' })
  })
})

test('a gateway that is not configured any more is shown to a person, and holds up no other', async () => {
  const w = await world()
  w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
  const { id } = await w.pay()
  const { gateway } = scripted(found)
  const without: Florin<'other'> = await w.run(
    createFlorin({
      storage: w.inner,
      keys: w.keys,
      runtime: w.runtime,
      resilience: ONE_TRY,
      onError: () => {},
      gateways: { other: gateway },
    }),
  )
  for (let turn = 0; turn < 12; turn++) {
    await w.advance(3_600_000)
    await w.run(without.tick())
  }
  expect(await w.run(without.reviews.get(id))).toMatchObject({ reason: 'unresolved', stuck: [{ gateway: 'sandbox' }] })
  await recover(w)
  expect((await w.get(id)).status).toBe('succeeded')
  await audit(w)
})
