import { describe, expect, it } from 'vitest'
import { fakeRuntime } from '../clock/index.ts'
import { createAcquirer, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const setUp = () => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer(runtime)
  const gateway = sandbox({ acquirer, scheduler: runtime.scheduler })
  return { ...drive(gateway, runtime.clock.now), acquirer, ...runtime }
}

describe('faults on the way', () => {
  const cases = [
    { how: 'drop_before', answer: { effect: 'not_sent' }, effects: 0 },
    { how: 'drop_after', answer: { effect: 'unknown' }, effects: 1 },
    { how: 'cut_body', answer: { effect: 'unknown' }, effects: 1 },
    { how: 'error_500_before', answer: { effect: 'unknown' }, effects: 0 },
    { how: 'error_500_after', answer: { effect: 'unknown' }, effects: 1 },
    {
      how: 'rate_limit',
      answer: { effect: 'rejected', decline: { class: 'unavailable', code: 'rate_limited' }, retryAfterMs: 1_000 },
      effects: 0,
    },
  ] as const

  it.each(cases)(
    '$how: the same bytes sent again tell the truth, with one effect',
    async ({ how, answer, effects }) => {
      const { run, charge, acquirer } = setUp()
      const command = charge()
      acquirer.fail({ how })
      expect(await run(command)).toMatchObject(answer)
      expect(acquirer.effects(command.attempt).effects).toBe(effects)
      expect(await run(command)).toMatchObject({ effect: 'applied' })
      expect(acquirer.effects(command.attempt).effects).toBe(1)
    },
  )

  it('error_500_cached: the 500 is all that this key will ever say', async () => {
    const { run, charge, lookup, acquirer } = setUp()
    const command = charge()
    acquirer.fail({ how: 'error_500_cached' })
    expect(await run(command)).not.toHaveProperty('replayed')
    expect(await run(command)).toMatchObject({ effect: 'unknown', replayed: true })
    expect(await run(lookup('authorize', { attempt: command.attempt, gatewayId: null }))).toMatchObject({
      effect: 'applied',
    })
  })

  it('slow: the answer is late, and unknown where it comes after the deadline', async () => {
    const { run, charge, acquirer, scheduler, clock } = setUp()
    const start = clock.now()
    acquirer.fail({ how: 'slow', ms: 5_000 })
    expect(await scheduler.settle(run(charge()))).toMatchObject({ effect: 'applied' })
    expect(clock.now() - start).toBe(5_000)
    acquirer.fail({ how: 'slow', ms: 90_000 })
    const command = charge()
    expect(await scheduler.settle(run(command))).toMatchObject({ effect: 'unknown' })
    expect(clock.now() - start).toBe(65_000)
    expect(acquirer.effects(command.attempt).effects).toBe(1)
  })

  it('a 429 to anything but a charge is unknown: a capture has nowhere else to go', async () => {
    const { run, authorized, capture, acquirer } = setUp()
    const taking = capture(await authorized(), 1n)
    acquirer.fail({ how: 'rate_limit' })
    expect(await run(taking)).toMatchObject({ effect: 'unknown', retryAfterMs: 1_000 })
    expect(await run(taking)).toMatchObject({ effect: 'applied' })
  })
})

describe('aiming', () => {
  it('a fault meets only what it names, as often as it says, and can be disarmed', async () => {
    const { run, charge, authorized, capture, lookup, acquirer } = setUp()
    acquirer.fail({ when: { operation: 'capture' }, how: 'drop_before', times: 2 })
    const held = await authorized()
    const taking = capture(held, 1n)
    expect(await run(lookup('authorize', held))).toMatchObject({ effect: 'applied' })
    for (const effect of ['not_sent', 'not_sent', 'applied']) expect(await run(taking)).toMatchObject({ effect })
    acquirer.fail({ when: { token: 'tok_fraud' }, how: 'drop_before' })
    acquirer.fail({ when: { account: 'elsewhere' }, how: 'drop_before' })
    acquirer.fail({ when: { operation: 'lookup' }, how: 'error_500_before' })
    expect(await run(charge())).toMatchObject({ effect: 'applied' })
    expect(await run(charge('tok_fraud'))).toMatchObject({ effect: 'not_sent' })
    expect(await run(lookup('authorize', held))).toMatchObject({ effect: 'unknown' })
    const disarm = acquirer.fail({ how: 'drop_before', times: Number.POSITIVE_INFINITY })
    expect(await run(charge())).toMatchObject({ effect: 'not_sent' })
    disarm()
    expect(await run(charge())).toMatchObject({ effect: 'applied' })
    acquirer.fail({ how: 'drop_before' })
    acquirer.clearFaults()
    expect(await run(charge())).toMatchObject({ effect: 'applied' })
  })

  it('by our reference it meets the charge and what is done to it', async () => {
    const { run, charge, target, cancel, acquirer } = setUp()
    const command = charge()
    const other = charge()
    acquirer.fail({ when: { reference: command.attempt }, how: 'drop_after', times: 2 })
    expect(await run(other)).toMatchObject({ effect: 'applied' })
    const answer = await run(command)
    expect(answer).toMatchObject({ effect: 'unknown' })
    expect(await run(cancel(target(command, answer)))).toMatchObject({ effect: 'unknown' })
    expect(acquirer.charge(command.attempt)?.status).toBe('canceled')
  })
})

it('while the acquirer is down nothing is sent, and everything is there when it is back', async () => {
  const { run, charge, authorized, lookup, acquirer } = setUp()
  const held = await authorized()
  acquirer.pause()
  expect(await run(charge())).toMatchObject({ effect: 'not_sent' })
  expect(await run(lookup('authorize', held))).toMatchObject({ effect: 'not_sent' })
  acquirer.resume()
  expect(await run(lookup('authorize', held))).toMatchObject({ effect: 'applied' })
})

it('latency passes before the effect', async () => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer(runtime)
  const { run, charge } = drive(sandbox({ acquirer, scheduler: runtime.scheduler, latencyMs: 50 }), runtime.clock.now)
  const command = charge()
  const running = run(command)
  expect(acquirer.effects(command.attempt).effects).toBe(0)
  await runtime.scheduler.advance(50)
  expect(await running).toMatchObject({ effect: 'applied' })
})
