import { describe, expect, it } from 'vitest'
import { fakeRuntime } from '../clock/index.ts'
import { createAcquirer, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const HOUR = 3_600_000

const setUp = () => {
  const runtime = fakeRuntime()
  const acquirer = createAcquirer({ ...runtime, slowMs: 15_000 })
  const gateway = sandbox({ acquirer, scheduler: runtime.scheduler })
  return { ...drive(gateway, runtime.clock.now), gateway, acquirer, ...runtime }
}

describe('idempotency at the acquirer', () => {
  it('the same key with the same bytes replays the very answer and does nothing again', async () => {
    const { run, charge, authorized, capture, acquirer } = setUp()
    const command = charge()
    const first = await run(command)
    expect(await run(command)).toEqual(first)
    const taking = capture(await authorized(), 5_000n, false)
    expect(await run(taking)).toEqual(await run(taking))
    expect(acquirer.effects(command.attempt)).toEqual({ requests: 2, effects: 1 })
    expect(acquirer.effects(taking.attempt)).toEqual({ requests: 2, effects: 1 })
    expect(acquirer.books().currencies.EUR).toMatchObject({ authorized: 20_000n, captured: 5_000n })
  })

  it('replays the bytes of then, not the state of now, and marks them', async () => {
    const { gateway, run, charge, target, cancel } = setUp()
    const command = charge()
    const context = { account: 'default', deadline: Number.MAX_SAFE_INTEGER }
    const first = await gateway.transport.send(gateway.request(command), context)
    await run(cancel(target(command, await run(command))))
    const again = await gateway.transport.send(gateway.request(command), context)
    if (first.outcome !== 'answered' || again.outcome !== 'answered') throw new Error('not answered')
    expect(again.response.body).toBe(first.response.body)
    expect(first.response.headers['idempotent-replayed']).toBeUndefined()
    expect(again.response.headers['idempotent-replayed']).toBe('true')
  })

  it('the same key with other bytes, or on another path, is refused', async () => {
    const { run, charge, capture, authorized, acquirer } = setUp()
    const command = charge()
    await run(command)
    const refused = { effect: 'rejected', decline: { class: 'configuration', code: 'idempotency_mismatch' } }
    expect(await run({ ...command, amount: 1n })).toMatchObject(refused)
    expect(await run({ ...capture(await authorized(), 1n), key: command.key })).toMatchObject(refused)
    expect(acquirer.effects(command.attempt).effects).toBe(1)
  })

  it('while the first is at work the second is told to wait', async () => {
    const { run, charge, scheduler, acquirer } = setUp()
    const command = charge('tok_slow')
    const first = run(command)
    expect(await run(command)).toMatchObject({ effect: 'unknown', retryAfterMs: 1_000 })
    expect(await scheduler.settle(first)).toMatchObject({ effect: 'applied' })
    expect(await run(command)).toMatchObject({ effect: 'applied' })
    expect(acquirer.effects(command.attempt)).toEqual({ requests: 3, effects: 1 })
  })

  it('declines and refusals are remembered too, malformed requests are not', async () => {
    const { run, charge } = setUp()
    const declined = charge('tok_do_not_honor')
    expect(await run(declined)).toEqual(await run(declined))
    const malformed = charge('tok_approve', { amount: 0n })
    await run(malformed)
    expect(await run({ ...malformed, amount: 100n })).toMatchObject({ effect: 'applied' })
  })

  it('a key is remembered for 24 hours and then executes anew, as at real gateways', async () => {
    const { run, charge, clock, acquirer } = setUp()
    const command = charge()
    await run(command)
    clock.advance(24 * HOUR - 1)
    await run(command)
    expect(acquirer.effects(command.attempt).effects).toBe(1)
    clock.advance(1)
    await run(command)
    expect(acquirer.effects(command.attempt).effects).toBe(2)
  })

  it('keys belong to an account', async () => {
    const gateway = sandbox({ accounts: ['eu', 'us'] })
    const { run, charge } = drive(gateway)
    const command = charge()
    await run(command)
    expect(await run({ ...command, account: 'us', amount: 5n })).toMatchObject({ effect: 'applied', amount: 5n })
  })
})
